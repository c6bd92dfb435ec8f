import type { Learner } from '../aggregation/learning/learner.ts';
import { mergeMarkets } from '../aggregation/merge-markets.ts';
import { mergeScores } from '../aggregation/merge-scores.ts';
import type { MergePolicy } from '../aggregation/policy.ts';
import { isTakenIn } from '../domain/event.ts';
import { factMessage, marketMessage, scoreMessage } from '../domain/messages.ts';
import { isInPlay } from '../domain/status.ts';
import { after, type EpochMs, epochMs, seconds } from '../domain/time.ts';
import type { Position, ScoreView, Stream } from '../domain/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { History, HistoryEntry } from '../ports/history.ts';
import type { LiveStore, ViewChange } from '../ports/live-store.ts';
import { StoreError } from '../ports/store-error.ts';
import { type MatchState, withMark } from './match-state.ts';
import type { PushedFact } from './pushed-fact.ts';

export interface ViewWriterOptions {
  readonly live: LiveStore;
  readonly history: Pick<History, 'keep'>;
  readonly clock: Clock;
  readonly policy: MergePolicy;
  readonly learner: Learner;
  readonly fence: () => number;
  readonly onChange: (kind: HistoryEntry['kind']) => void;
  /** The store refused or is away; the stream stays dirty. */
  readonly onFault: (error: unknown) => void;
}

/** What is to be committed, and why: as of when, and after which pushed event. */
interface Occasion {
  readonly at: EpochMs;
  /** The pushed event that is the cause. */
  readonly event?: PushedFact['event'];
  /** Nothing more comes of the event: the view has taken it in once this is committed. */
  readonly isLast?: boolean;
  /** Told in the score stream in place of a merge. */
  readonly notice?: NonNullable<PushedFact['notice']>;
}

type Draft =
  | { readonly outcome: 'unchanged'; readonly view: Pick<ViewChange, 'scores' | 'markets'> }
  | {
      readonly outcome: 'changed';
      readonly change: ViewChange;
      readonly entry: Pick<HistoryEntry, 'kind' | 'view' | 'data'>;
    };

type Committed = 'changed' | 'unchanged' | 'fenced';

// Ages are shown in seconds: confirming a view more often than this would be writing for nobody.
const CONFIRM_EVERY = seconds(1);
// Two writers can meet only while leadership changes hands; they do not meet for long.
const ATTEMPTS = 5;

/** Merges a match's claims and commits what comes out, one commit of a stream at a time. */
export class ViewWriter {
  readonly #options: ViewWriterOptions;

  constructor(options: ViewWriterOptions) {
    this.#options = options;
  }

  /**
   * Brings the committed view of a stream up to its claims and answers how many changes that took. While a commit is
   * under way further claims gather, and one merge takes them all.
   */
  write(state: MatchState, stream: Stream): Promise<number> {
    const progress = state.progress[stream];
    progress.underWay ??= this.#write(state, stream).finally(() => {
      progress.underWay = undefined;
    });
    return progress.underWay;
  }

  /**
   * One merge as of `at`, or one notice, when nothing is under way any more: no claim joins it that came later. Answers
   * whether the view changed; rejects with what the store throws, and when the lease is another's.
   */
  async writeOnce(state: MatchState, stream: Stream, occasion: Occasion): Promise<boolean> {
    const progress = state.progress[stream];
    while (progress.underWay) await progress.underWay;
    const { dirty, reconsiderAt } = progress;
    progress.dirty = false;
    const work = this.#commit(state, stream, occasion);
    progress.underWay = work
      .then(
        () => 0,
        () => {
          progress.dirty ||= dirty;
          progress.reconsiderAt = reconsiderAt;
          return 0;
        },
      )
      .then((none) => (progress.dirty ? this.#write(state, stream) : none))
      .finally(() => {
        progress.underWay = undefined;
      });
    const committed = await work;
    if (committed === 'fenced')
      throw new StoreError('STORE_UNAVAILABLE', 'the lease has passed to another holder', {
        details: { reason: 'fenced' },
      });
    if (occasion.isLast && occasion.event) state.mark(occasion.event);
    return committed === 'changed';
  }

  /** Puts a score view that is known from elsewhere into a store that has none of the match. */
  async restore(state: MatchState, scores: ScoreView): Promise<void> {
    const { live, history, fence } = this.#options;
    const { match } = state;
    const basedOn = live.view(match.id)?.position.scores ?? { epoch: live.epoch(), seq: 0 };
    const at = epochMs(Math.max(scores.updatedAt, state.mergedAt));
    state.marks = scores.events;
    const message = scoreMessage(match, scores, undefined, at);
    const result = await live.commit({ match, basedOn, stream: 'scores', scores, message, fence: fence() });
    if (result.outcome !== 'committed') return;
    const { position } = result;
    history.keep({ matchId: match.id, stream: 'scores', position, kind: 'score_update', at, view: scores });
  }

  async #write(state: MatchState, stream: Stream): Promise<number> {
    const progress = state.progress[stream];
    let changes = 0;
    do {
      progress.dirty = false;
      try {
        const committed = await this.#commit(state, stream, { at: this.#options.clock.now() });
        if (committed === 'changed') changes += 1;
      } catch (error) {
        progress.dirty = true;
        this.#options.onFault(error);
        return changes;
      }
    } while (progress.dirty);
    return changes;
  }

  async #commit(state: MatchState, stream: Stream, occasion: Occasion): Promise<Committed> {
    const { live, history, onChange } = this.#options;
    const { event, isLast } = occasion;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const at = epochMs(Math.max(occasion.at, state.mergedAt));
      state.mergedAt = at;
      const view = live.view(state.match.id);
      // Whoever led before may have shown it when we thought it had not.
      if (isLast && event && isTakenIn(event, view?.score?.events)) return 'unchanged';
      const basedOn = view?.position[stream] ?? { epoch: live.epoch(), seq: 0 };
      const draft =
        stream === 'scores'
          ? this.#draftScores(state, basedOn, { ...occasion, at })
          : this.#draftMarkets(state, basedOn, at);
      if (draft.outcome === 'unchanged') {
        await this.#confirm(state, stream, basedOn, draft.view, at);
        return 'unchanged';
      }
      const result = await live.commit(draft.change);
      if (result.outcome === 'conflict') continue;
      if (result.outcome === 'fenced') return 'fenced';
      const cause = event && { event };
      history.keep({
        matchId: state.match.id,
        stream,
        position: result.position,
        at,
        ...draft.entry,
        ...cause,
      });
      onChange(draft.entry.kind);
      state.progress[stream].confirmedAt = at;
      return 'changed';
    }
    throw new Error(`a view was changed by others ${ATTEMPTS} times in a row`);
  }

  #draftScores(state: MatchState, basedOn: Position, { at, event, isLast, notice }: Occasion): Draft {
    const { live, policy, fence, learner } = this.#options;
    const { match } = state;
    const previous = live.view(match.id)?.score ?? null;
    const marks = isLast && event ? withMark(state.marks, event) : state.marks;
    const marked = (view: ScoreView): ScoreView => (marks ? { ...view, events: marks } : view);
    const change = { match, basedOn, stream: 'scores', fence: fence() } as const;
    if (notice) {
      const scores = marked(previous ?? unspoken(at));
      const message = factMessage(match.id, notice.type, notice.data, at);
      return {
        outcome: 'changed',
        entry: { kind: notice.type, view: scores, data: notice.data },
        change: { ...change, scores, message },
      };
    }
    const claims = state.scoreClaims();
    // Replayed by itself, a match that was only pushed has to come out as it did.
    const known = state.isOnlyPushed ? undefined : { experience: learner, memory: state.scoreMemory };
    const merged = mergeScores({ match, previous, claims, now: at, policy, ...known });
    const scores = marked(merged.view);
    state.progress.scores.reconsiderAt = merged.reconsiderAt;
    if (known) {
      state.scoreMemory = merged.memory;
      learner.learn(merged.lessons);
    }
    if (!merged.changed) return { outcome: 'unchanged', view: { scores } };
    const message = scoreMessage(match, scores, merged.correction, at);
    return {
      outcome: 'changed',
      entry: { kind: merged.correction ? 'score_correction' : 'score_update', view: scores },
      change: { ...change, scores, message },
    };
  }

  #draftMarkets(state: MatchState, basedOn: Position, now: EpochMs): Draft {
    const { live, policy, fence } = this.#options;
    const { match } = state;
    const view = live.view(match.id);
    const inPlay = view?.score ? isInPlay(view.score.status) : now >= match.startsAt;
    const merged = mergeMarkets({
      match,
      inPlay,
      previous: view?.markets ?? [],
      sources: state.sourceMarkets(),
      now,
      policy,
    });
    state.progress.markets.reconsiderAt = merged.reconsiderAt;
    if (merged.changed.length === 0 && merged.removed.length === 0) {
      return { outcome: 'unchanged', view: { markets: merged.views } };
    }
    const message = marketMessage({ id: match.id, match }, merged.changed, merged.removed, now);
    return {
      outcome: 'changed',
      entry: { kind: 'market_update', view: merged.changed },
      change: { match, basedOn, markets: merged.views, stream: 'markets', message, fence: fence() },
    };
  }

  async #confirm(
    state: MatchState,
    stream: Stream,
    at: Position,
    view: Pick<ViewChange, 'scores' | 'markets'>,
    now: EpochMs,
  ): Promise<void> {
    const progress = state.progress[stream];
    if (at.seq === 0) return;
    if (progress.confirmedAt !== undefined && now < after(progress.confirmedAt, CONFIRM_EVERY)) return;
    progress.confirmedAt = now;
    await this.#options.live.confirm(state.match.id, at, view, this.#options.fence());
  }
}

/** The view of a match of which something was told, but nothing yet of its score. */
const unspoken = (at: EpochMs): ScoreView => ({
  status: 'scheduled',
  period: null,
  clock: null,
  score: null,
  shootout: null,
  confidence: 0,
  sources: [],
  stale: null,
  updatedAt: at,
});
