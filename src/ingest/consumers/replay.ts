import type { MergePolicy } from '../../aggregation/policy.ts';
import type { StoredEvent } from '../../domain/event.ts';
import type { MatchId } from '../../domain/ids.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { History, HistoryEntry } from '../../ports/history.ts';
import type { Leadership } from '../../ports/leadership.ts';
import type { LiveStore } from '../../ports/live-store.ts';
import type { EventTypes } from '../events/event-types.ts';
import { Ingest } from '../ingest.ts';
import type { PushedFact } from '../pushed-fact.ts';
import { factOf } from './pushed-facts.ts';

export interface ReplayOptions {
  /** Empty, and nobody else's. */
  readonly live: LiveStore;
  /** With `live` as its names. */
  readonly types: EventTypes;
  readonly policy: MergePolicy;
  /** What is kept of the matches. */
  readonly matches: Pick<History, 'match'>;
}

/** What became of the events of a replay. */
export interface ReplayCounts {
  shown: number;
  /** No match was found for them. */
  unplaced: number;
  /** They say nothing of a match. */
  ignored: number;
  /** They cannot be read; live, they were buried. */
  unreadable: number;
}

/** Runs stored events through the road they took when they were new, by the clock of their receipt. */
export class Replay {
  /** What would have been kept, in the order in which it was committed. */
  readonly entries: HistoryEntry[] = [];
  readonly counts: ReplayCounts = { shown: 0, unplaced: 0, ignored: 0, unreadable: 0 };
  readonly #options: ReplayOptions;
  readonly #ingest: Ingest;
  readonly #faults: unknown[] = [];
  #now: EpochMs = epochMs(0);

  constructor(options: ReplayOptions) {
    this.#options = options;
    const none = () => {};
    this.#ingest = new Ingest({
      live: options.live,
      history: {
        keep: (entry) => void this.entries.push(entry),
        keepMatch: none,
        match: (id) => options.matches.match(id),
        matches: async () => [],
      },
      leadership: alone,
      clock: standing(() => this.#now),
      policy: options.policy,
      reports: {
        accepted: none,
        changed: none,
        review: none,
        inletRefused: none,
        fault: (error) => this.#faults.push(error),
      },
    });
  }

  /** Takes the events one by one, in the order given. */
  async run(events: readonly StoredEvent[]): Promise<void> {
    for (const event of events) {
      this.#now = epochMs(Math.max(this.#now, event.receivedAt));
      await this.#take(event);
      if (this.#faults.length > 0) throw this.#faults[0];
    }
  }

  /** Lets time go on for a match after its last event. */
  async passTime(id: MatchId, until: EpochMs): Promise<void> {
    await this.#ingest.passTime(id, until);
  }

  /** The match is the one that was found then: what is known of matches by now might lead elsewhere. */
  async #take(event: StoredEvent): Promise<void> {
    if (event.matchId === undefined) {
      this.counts.unplaced += 1;
      return;
    }
    const fact = this.#read(event);
    if (fact === undefined) return;
    const { outcome } = await this.#ingest.takeIn(fact);
    this.counts[outcome === 'unresolved' ? 'unplaced' : 'shown'] += 1;
  }

  #read(event: StoredEvent): PushedFact | undefined {
    try {
      const fact = factOf(this.#options.types, event);
      if (fact === undefined) this.counts.ignored += 1;
      return fact;
    } catch {
      this.counts.unreadable += 1;
      return undefined;
    }
  }
}

const alone: Leadership = { isLeader: () => true, token: () => 1, onChange: () => () => {} };

/** A clock in which nothing falls due by itself. */
const standing = (now: () => EpochMs): Clock => ({
  now,
  sleep: () => Promise.resolve(),
  schedule: () => () => {},
});
