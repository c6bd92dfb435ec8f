import { SPORT_IDS, type SportId, sportRules } from '../domain/sports/index.ts';
import { isInPlay, isOver, type MatchStatus } from '../domain/status.ts';
import type { EpochMs } from '../domain/time.ts';
import type { ScoreView } from '../domain/view.ts';
import { type MergePolicy, reliabilityOf } from './policy.ts';
import type { SourceClaim } from './source-claims.ts';

const OVERTIMES = 4;

const RANKS: ReadonlyMap<SportId, ReadonlyMap<string, number>> = new Map(
  SPORT_IDS.map((id) => {
    const { periodName, regulationPeriods } = sportRules(id);
    const ranks = new Map<string, number>();
    for (let period = 1; period <= regulationPeriods + OVERTIMES; period++) {
      const name = periodName(period);
      if (!ranks.has(name)) ranks.set(name, period);
    }
    return [id, ranks];
  }),
);

export type PlayClock = Pick<ScoreView, 'period' | 'clock'>;

/**
 * Period and clock from one of the sources that agree with the view: of the fresh ones that are furthest on in the
 * match, the most reliable. The same one as long as it stays fresh, so that two clocks a second apart do not take
 * turns.
 */
export function playClock(
  sport: SportId,
  status: MatchStatus,
  agreeing: readonly SourceClaim[],
  previous: ScoreView | null,
  now: EpochMs,
  policy: MergePolicy,
): PlayClock {
  if (!isInPlay(status) && !isOver(status)) return { period: null, clock: null };
  const best = pick(sport, status, agreeing, now, policy);
  const kept = previous !== null && previous.status === status;
  const period = best?.claim.period ?? (kept ? previous.period : null);
  if (isOver(status)) return { period, clock: null };
  return { period, clock: best ? (best.claim.clock?.display ?? null) : kept ? previous.clock : null };
}

function pick(
  sport: SportId,
  status: MatchStatus,
  agreeing: readonly SourceClaim[],
  now: EpochMs,
  policy: MergePolicy,
): SourceClaim | undefined {
  const { breakName } = sportRules(sport);
  let best: SourceClaim | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const source of agreeing) {
    const { period, clock } = source.claim;
    if (period === undefined && clock === undefined) continue;
    const fresh = now - source.observedAt <= policy.clockFresh;
    const rank =
      status === 'paused' && period === breakName ? 99 : (RANKS.get(sport)?.get(period ?? '') ?? 0);
    // In order of weight: freshness, place in the match, having a clock at all, reliability.
    const worth =
      (fresh ? 1_000 : 0) + rank * 4 + (clock === undefined ? 0 : 2) + reliabilityOf(source.provider, policy);
    if (worth > most) {
      most = worth;
      best = source;
    }
  }
  return best;
}
