import { mergeMarkets } from '../aggregation/merge-markets.ts';
import { mergeScores } from '../aggregation/merge-scores.ts';
import type { MergePolicy } from '../aggregation/policy.ts';
import { marketMessage, scoreMessage } from '../domain/messages.ts';
import { isInPlay } from '../domain/status.ts';
import { after, type EpochMs, seconds } from '../domain/time.ts';
import type { Position, Stream } from '../domain/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { History, HistoryEntry } from '../ports/history.ts';
import type { LiveStore, ViewChange } from '../ports/live-store.ts';
import type { MatchState } from './match-state.ts';

export interface ViewWriterOptions {
  readonly live: LiveStore;
  readonly history: Pick<History, 'keep'>;
  readonly clock: Clock;
  readonly policy: MergePolicy;
  readonly fence: () => number;
  readonly onChange: (kind: HistoryEntry['kind']) => void;
  /** The store refused or is away; the stream stays dirty. */
  readonly onFault: (error: unknown) => void;
}

type Draft =
  | { readonly outcome: 'unchanged'; readonly view: Pick<ViewChange, 'scores' | 'markets'> }
  | {
      readonly outcome: 'changed';
      readonly change: ViewChange;
      readonly kind: HistoryEntry['kind'];
      readonly view: HistoryEntry['view'];
    };

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

  async #write(state: MatchState, stream: Stream): Promise<number> {
    const progress = state.progress[stream];
    let changes = 0;
    do {
      progress.dirty = false;
      try {
        changes += await this.#commit(state, stream);
      } catch (error) {
        progress.dirty = true;
        this.#options.onFault(error);
        return changes;
      }
    } while (progress.dirty);
    return changes;
  }

  async #commit(state: MatchState, stream: Stream): Promise<number> {
    const { live, history, onChange } = this.#options;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const now = this.#options.clock.now();
      const basedOn = live.view(state.match.id)?.position[stream] ?? { epoch: live.epoch(), seq: 0 };
      const draft =
        stream === 'scores'
          ? this.#draftScores(state, basedOn, now)
          : this.#draftMarkets(state, basedOn, now);
      if (draft.outcome === 'unchanged') {
        await this.#confirm(state, stream, basedOn, draft.view, now);
        return 0;
      }
      const result = await live.commit(draft.change);
      if (result.outcome === 'conflict') continue;
      if (result.outcome === 'fenced') return 0;
      const { kind, view } = draft;
      history.keep({ matchId: state.match.id, stream, position: result.position, kind, at: now, view });
      onChange(kind);
      state.progress[stream].confirmedAt = now;
      return 1;
    }
    throw new Error(`a view was changed by others ${ATTEMPTS} times in a row`);
  }

  #draftScores(state: MatchState, basedOn: Position, now: EpochMs): Draft {
    const { live, policy, fence } = this.#options;
    const { match } = state;
    const previous = live.view(match.id)?.score ?? null;
    const merged = mergeScores({ match, previous, claims: state.scoreClaims(), now, policy });
    state.progress.scores.reconsiderAt = merged.reconsiderAt;
    if (!merged.changed) return { outcome: 'unchanged', view: { scores: merged.view } };
    const message = scoreMessage(match, merged.view, merged.correction, now);
    return {
      outcome: 'changed',
      kind: merged.correction ? 'score_correction' : 'score_update',
      view: merged.view,
      change: { match, basedOn, scores: merged.view, stream: 'scores', message, fence: fence() },
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
      kind: 'market_update',
      view: merged.changed,
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
