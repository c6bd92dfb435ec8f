import { isTakenIn } from '../domain/event.ts';
import type { MatchId } from '../domain/ids.ts';
import { type EpochMs, epochMs } from '../domain/time.ts';
import type { ScoreView, Stream } from '../domain/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { History } from '../ports/history.ts';
import type { IngestSummary } from '../ports/ingest.ts';
import type { LiveStore } from '../ports/live-store.ts';
import type { MatchRegistry, Placed } from './match-registry.ts';
import type { MatchState } from './match-state.ts';
import { type FactOutcome, factObservation, type PushedFact } from './pushed-fact.ts';
import type { ViewWriter } from './view-writer.ts';

export interface FactIntakeOptions {
  readonly registry: MatchRegistry;
  readonly writer: ViewWriter;
  readonly live: Pick<LiveStore, 'view'>;
  readonly history: Pick<History, 'match'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly accepted: (summary: IngestSummary) => void;
}

const STREAMS: readonly Stream[] = ['scores', 'markets'];

/**
 * Takes in what pushed events say of their matches, each as of its receipt and apart from everything that came later:
 * the same events in the same order make the same views, whenever that is done.
 */
export class FactIntake {
  readonly #options: FactIntakeOptions;

  constructor(options: FactIntakeOptions) {
    this.#options = options;
  }

  /** Rejects with `StoreError` while it cannot be shown; the same call again goes on where it failed. */
  async takeIn(fact: PushedFact): Promise<FactOutcome> {
    const { registry, accepted } = this.#options;
    const placed = registry.place(factObservation(fact)) ?? (await this.#fromHistory(fact));
    if (placed) return placed.state.inTurn(() => this.#show(fact, placed));
    accepted({ accepted: 0, unresolved: 1, changed: 0 });
    return { outcome: 'unresolved' };
  }

  /** Does to a match what the passing of time does, up to `until`. */
  async passTime(id: MatchId, until: EpochMs): Promise<void> {
    const state = this.#options.registry.state(id);
    await state?.inTurn(() => this.#catchUp(state, until));
  }

  /**
   * Makes known again what was pushed about a match before this replica led: its claims, and the view it ended with
   * where the live store has lost that. Nobody is told anything that was not told before, but where the view stands.
   */
  async recall(id: MatchId, facts: readonly PushedFact[], lastScore?: ScoreView): Promise<void> {
    const { registry, writer, live, clock } = this.#options;
    const state = registry.state(id);
    await state?.inTurn(async () => {
      const isLost = live.view(id)?.score == null;
      if (isLost && lastScore) await writer.restore(state, lastScore);
      for (const fact of facts) {
        const placed = registry.place(factObservation(fact));
        if (placed?.state !== state) continue;
        state.hear(fact, placed.swapped);
        if (fact.statement.score || fact.notice) state.mark(fact.event);
      }
      // Time has passed in which nobody looked.
      for (const stream of STREAMS) state.progress[stream].reconsiderAt ??= clock.now();
    });
  }

  async #show(fact: PushedFact, { state, swapped }: Placed): Promise<FactOutcome> {
    const { writer, live, clock, accepted } = this.#options;
    const { event, statement, notice } = fact;
    const matchId = state.match.id;
    if (!fact.late && isTakenIn(event, live.view(matchId)?.score?.events)) {
      state.hear(fact, swapped);
      return { outcome: 'seen', matchId };
    }
    const received = fact.late ? clock.now() : fact.receivedAt;
    await this.#catchUp(state, received);
    state.hear(fact, swapped);
    const at = epochMs(Math.max(received, state.lastHeard(fact.provider)));
    const occasion = { at, event };
    // What is told besides comes last and carries the mark: after a crash in between both are done again.
    const last = { ...occasion, isLast: !fact.late };
    let changed = 0;
    if (statement.markets) changed += Number(await writer.writeOnce(state, 'markets', occasion));
    if (statement.score) changed += Number(await writer.writeOnce(state, 'scores', notice ? occasion : last));
    if (notice) changed += Number(await writer.writeOnce(state, 'scores', { ...last, notice }));
    accepted({ accepted: 1, unresolved: 0, changed });
    return { outcome: 'shown', matchId };
  }

  /** The match of a fact that names it by our id, though it is not live any more. */
  async #fromHistory(fact: PushedFact): Promise<Placed | undefined> {
    const { registry, history } = this.#options;
    const id = fact.statement.match.matchId;
    const kept = id && (await history.match(id));
    if (!kept) return undefined;
    if (!registry.state(kept.id)) registry.adopt(kept);
    return registry.place(factObservation(fact));
  }

  /** At the moments when it is due, not as of now. */
  async #catchUp(state: MatchState, until: EpochMs): Promise<void> {
    for (;;) {
      for (const stream of STREAMS)
        while (state.progress[stream].underWay) await state.progress[stream].underWay;
      const due = nextDue(state, until);
      if (!due) return;
      await this.#options.writer.writeOnce(state, due.stream, due);
    }
  }
}

/** The first moment up to `until` at which time alone may change a view of the match. */
export function nextDue(
  state: MatchState,
  until: EpochMs,
): { readonly stream: Stream; readonly at: EpochMs } | undefined {
  let first: { readonly stream: Stream; readonly at: EpochMs } | undefined;
  for (const stream of STREAMS) {
    const at = state.progress[stream].reconsiderAt;
    if (at !== undefined && at <= until && (first === undefined || at < first.at)) first = { stream, at };
  }
  return first;
}
