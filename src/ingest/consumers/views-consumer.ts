import { isTakenIn, type StoredEvent } from '../../domain/event.ts';
import type { MatchId } from '../../domain/ids.ts';
import { isOver } from '../../domain/status.ts';
import { type Millis, seconds } from '../../domain/time.ts';
import type { Cursors, EventLog } from '../../ports/event-log.ts';
import type { History } from '../../ports/history.ts';
import type { LiveStore } from '../../ports/live-store.ts';
import type { EventTypes } from '../events/event-types.ts';
import type { Ingest } from '../ingest.ts';
import type { PushedFact } from '../pushed-fact.ts';
import type { EventConsumer, Handled } from './event-consumer.ts';
import { inOrder } from './event-order.ts';
import { factOf } from './pushed-facts.ts';

export interface ViewsConsumerOptions {
  readonly types: EventTypes;
  readonly ingest: Pick<Ingest, 'takeIn' | 'recall' | 'holdFor'>;
  readonly live: Pick<LiveStore, 'view' | 'views'>;
  readonly history: Pick<History, 'lastScore'>;
  readonly log: Pick<EventLog, 'search' | 'placed'>;
}

type Placing = { readonly event: StoredEvent; readonly matchId: MatchId };

// The events looked through for matches that were pushed lately, and those of each such match that are taken up again.
const LOOK_BACK_PAGES = 5;
const PAGE = 1_000;
const RECALLED_MOST = 200;
const AT_ONCE = 4;
// Without Postgres there is nothing to take up; what is polled must not wait for it.
const HOLD_MOST: Millis = seconds(3);
const PLACED_AT_ONCE = 1_000;

/** Brings pushed events into the views, by the road that polled sources take. */
export class ViewsConsumer implements EventConsumer {
  readonly name = 'views';
  /** Each by itself: a view that is committed must not wait for the next event. */
  readonly batch = 1;
  readonly #options: ViewsConsumerOptions;
  #placings: Placing[] = [];

  constructor(options: ViewsConsumerOptions) {
    this.#options = options;
  }

  /** A polled source that came first would seem to have taken the pushed ones away. */
  beforeBegin(begun: Promise<void>): void {
    this.#options.ingest.holdFor(begun, HOLD_MOST);
  }

  /** Takes up what was pushed before: the leader before us knew it, and the sources will not say it again. */
  async begin(cursors: Cursors): Promise<void> {
    const ids = [...(await this.#lately())];
    const recallNext = async () => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) await this.#recall(id, cursors);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, recallNext));
  }

  async handle(events: readonly StoredEvent[]): Promise<readonly Handled[]> {
    const outcomes: Handled[] = [];
    for (const event of events) outcomes.push(await this.#take(event, false));
    return outcomes;
  }

  handleLate(event: StoredEvent): Promise<Handled> {
    return this.#take(event, true);
  }

  async settle(): Promise<void> {
    while (this.#placings.length > 0) {
      const some = this.#placings.slice(0, PLACED_AT_ONCE);
      await this.#options.log.placed(some);
      this.#placings = this.#placings.slice(some.length);
    }
  }

  async #take(event: StoredEvent, late: boolean): Promise<Handled> {
    const fact = factOf(this.#options.types, event);
    if (fact === undefined) return 'ignored';
    const taken = await this.#options.ingest.takeIn(late ? { ...fact, late } : fact);
    if (taken.outcome === 'unresolved') return 'unresolved';
    if (taken.matchId !== event.matchId) this.#placings.push({ event, matchId: taken.matchId });
    return taken.outcome === 'seen' ? 'repeated' : 'done';
  }

  async #lately(): Promise<ReadonlySet<MatchId>> {
    const { log, live } = this.#options;
    const ids = new Set<MatchId>();
    for (const { id, score } of live.views())
      if (score?.events !== undefined && !isOver(score.status)) ids.add(id);
    let last: StoredEvent | undefined;
    for (let page = 0; page < LOOK_BACK_PAGES; page++) {
      const found = await log.search({ limit: PAGE, ...(last && { before: last }) });
      for (const { matchId } of found) if (matchId !== undefined) ids.add(matchId);
      last = found.at(-1);
      if (found.length < PAGE) break;
    }
    return ids;
  }

  async #recall(matchId: MatchId, cursors: Cursors): Promise<void> {
    const { log, live, history, ingest } = this.#options;
    const events = inOrder(await log.search({ matchId, limit: RECALLED_MOST }));
    const shown = live.view(matchId)?.score;
    const kept = shown ? undefined : (await history.lastScore(matchId))?.view;
    const lastScore = kept && 'status' in kept ? kept : undefined;
    const marks = (shown ?? lastScore)?.events;
    const facts: PushedFact[] = [];
    for (const event of events) {
      const fact = this.#readable(event);
      if (fact === undefined) continue;
      const isPast = event.sequenceNumber <= (cursors.get(event.shardId) ?? 0) || isTakenIn(event, marks);
      facts.push(isPast ? fact : pricesOf(fact));
    }
    await ingest.recall(matchId, facts, lastScore);
  }

  #readable(event: StoredEvent): PushedFact | undefined {
    try {
      return factOf(this.#options.types, event);
    } catch {
      // It was buried when its turn came, or will be.
      return undefined;
    }
  }
}

/**
 * Of an event that is still to come only the prices: whether they had been shown is not known, and an older price must
 * not come back before the newer one.
 */
function pricesOf(fact: PushedFact): PushedFact {
  const { score: _score, ...statement } = fact.statement;
  const { notice: _notice, ...rest } = fact;
  return { ...rest, statement };
}
