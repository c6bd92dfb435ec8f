import { marketDocument } from './documents.ts';
import type { MatchId } from './ids.ts';
import type { Match } from './match.ts';
import type { Score } from './score.ts';
import type { MatchStatus } from './status.ts';
import { type EpochMs, iso } from './time.ts';
import type { MarketView, MatchView, Position, ScoreView } from './view.ts';

/** The state of play as every score message carries it. */
export interface PlayState {
  readonly homeScore: number | null;
  readonly awayScore: number | null;
  readonly period: string | null;
  readonly status: MatchStatus;
  readonly clock: string | null;
  readonly confidence: number;
}

export const playState = (view: ScoreView): PlayState => ({
  homeScore: view.score?.home ?? null,
  awayScore: view.score?.away ?? null,
  period: view.period,
  status: view.status,
  clock: view.clock,
  confidence: view.confidence,
});

/** Why a view went back: `source_corrected` by the evidence, `status_reverted` likewise for the status. */
export interface Correction {
  readonly from: { readonly score: Score | null; readonly status: MatchStatus };
  readonly to: { readonly score: Score | null; readonly status: MatchStatus };
  readonly why: string;
}

/** `score_update`, or `score_correction` when the view went back. Without position: the store adds it. */
export function scoreMessage(
  match: Match,
  view: ScoreView,
  correction: Correction | undefined,
  at: EpochMs,
): string {
  const data = { ...playState(view), stale: view.stale !== null };
  return JSON.stringify(
    correction === undefined
      ? { type: 'score_update', matchId: match.id, timestamp: iso(at), data }
      : { type: 'score_correction', matchId: match.id, timestamp: iso(at), data: { ...data, ...correction } },
  );
}

/** `market_update`: the markets that changed, whole, and the ids of those no longer offered. */
export function marketMessage(
  view: Pick<MatchView, 'id' | 'match'>,
  changed: readonly MarketView[],
  removed: readonly string[],
  at: EpochMs,
): string {
  return JSON.stringify({
    type: 'market_update',
    matchId: view.id,
    timestamp: iso(at),
    data: {
      markets: changed.map((market) => marketDocument(view, market)),
      removed: removed.map((key) => `${view.id}:${key}`),
    },
  });
}

/** What somebody told of the match that is not a state of play: `match_event` with its `data` as the type makes it. */
export const factMessage = (matchId: MatchId, type: string, data: unknown, at: EpochMs): string =>
  JSON.stringify({ type, matchId, timestamp: iso(at), data });

/** Puts a position into a message that was made without one. */
export const withPosition = (message: string, { epoch, seq }: Position): string =>
  `{"epoch":${JSON.stringify(epoch)},"seq":${seq},${message.slice(1)}`;
