import type { EpochMs, Millis } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FeedCondition, FeedHealth, FeedHealthReader } from '../../ports/feed-health.ts';
import { FeedTally } from './feed-tally.ts';

export interface FeedHealthOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly staleAfter: Millis;
  /** Feeds that are shown before they are heard: id and name. */
  readonly declared?: readonly { readonly id: string; readonly name: string }[];
}

// Whoever may push names himself: without a bound, a new name with every event would fill the memory.
const MOST_SOURCES = 500;

/** Counts in memory, of this replica since its start. Beyond 500 undeclared sources the longest silent is forgotten. */
export class CountedFeedHealth implements FeedHealth, FeedHealthReader {
  readonly staleAfter: Millis;
  readonly #options: FeedHealthOptions;
  readonly #declared = new Map<string, { readonly name: string; readonly tally: FeedTally }>();
  readonly #others = new Map<string, FeedTally>();

  constructor(options: FeedHealthOptions) {
    this.#options = options;
    this.staleAfter = options.staleAfter;
    const now = options.clock.now();
    for (const { id, name } of options.declared ?? []) {
      this.#declared.set(id, { name, tally: new FeedTally(now) });
    }
  }

  received(source: string, count = 1): void {
    this.#of(source).counts.received += count;
  }

  accepted(source: string): void {
    this.#of(source).heard('accepted', this.#now());
  }

  duplicate(source: string): void {
    this.#of(source).heard('duplicate', this.#now());
  }

  refused(source: string, code: string): void {
    this.#of(source).missed('refused', code, this.#now());
  }

  failed(source: string, code: string): void {
    this.#of(source).missed('failed', code, this.#now());
  }

  processed(source: string, times: { readonly occurredAt?: EpochMs; readonly receivedAt: EpochMs }): void {
    this.#of(source).processed(times.occurredAt, times.receivedAt, this.#now());
  }

  conditions(): readonly FeedCondition[] {
    const now = this.#now();
    const { staleAfter } = this;
    const declared = [...this.#declared].map(([source, { name, tally }]) => ({
      source,
      name,
      ...tally.condition(now, staleAfter),
    }));
    const others = [...this.#others].map(([source, tally]) => ({
      source,
      ...tally.condition(now, staleAfter),
    }));
    return [...declared, ...others].sort((a, b) => (a.source < b.source ? -1 : 1));
  }

  #now(): EpochMs {
    return this.#options.clock.now();
  }

  #of(source: string): FeedTally {
    const known = this.#declared.get(source)?.tally ?? this.#others.get(source);
    if (known) return known;
    if (this.#others.size >= MOST_SOURCES) this.#forgetSilent();
    const tally = new FeedTally(this.#now());
    this.#others.set(source, tally);
    return tally;
  }

  #forgetSilent(): void {
    let silent: readonly [string, FeedTally] | undefined;
    for (const entry of this.#others) {
      if (silent === undefined || entry[1].heardAt < silent[1].heardAt) silent = entry;
    }
    if (silent !== undefined) this.#others.delete(silent[0]);
  }
}
