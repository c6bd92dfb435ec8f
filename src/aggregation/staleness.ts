import type { Match } from '../domain/match.ts';
import type { MatchStatus } from '../domain/status.ts';
import { after, type EpochMs } from '../domain/time.ts';
import type { ScoreView, StaleReason } from '../domain/view.ts';
import type { MergePolicy } from './policy.ts';
import type { SourceClaim } from './source-claims.ts';

export interface Staleness {
  readonly reason: StaleReason | null;
  /** When it changes if nobody says anything. */
  readonly changesAt: EpochMs | undefined;
}

/** Whether a view can be trusted as current: somebody spoke lately, and a match that should have begun has. */
export function staleFrom(
  match: Match,
  status: MatchStatus,
  sources: readonly SourceClaim[],
  previous: ScoreView | null,
  now: EpochMs,
  policy: MergePolicy,
): Staleness {
  const horizon = policy.horizon[status];
  let newest: number = previous === null ? now : Number.NEGATIVE_INFINITY;
  for (const { observedAt } of sources) if (observedAt > newest) newest = observedAt;
  const silentAt = newest + horizon + 1;
  if (Number.isFinite(horizon) && now >= silentAt) return { reason: 'sources_silent', changesAt: undefined };
  const silent = Number.isFinite(silentAt) ? (silentAt as EpochMs) : undefined;
  if (status !== 'scheduled' || match.startPrecision === 'day') return { reason: null, changesAt: silent };
  const overdue = after(match.startsAt, policy.kickoffGrace);
  return now >= overdue
    ? { reason: 'kickoff_unconfirmed', changesAt: silent }
    : { reason: null, changesAt: soonest(silent, overdue) };
}

/** The earlier of two instants, as far as there are any. */
export const soonest = (a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined =>
  a === undefined ? b : b === undefined || a < b ? a : b;
