import type { EpochMs, Millis } from '../domain/time.ts';
import type { Quota } from '../ports/provider.ts';

/** What a target asks of its provider's budget when it is polled every `interval`. */
export interface Demand {
  readonly interval: Millis;
  readonly cost: number;
}

/**
 * By how much all of a provider's intervals must be stretched so that its quota lasts until it is reset: the ratio of
 * what its targets would spend to what is left for that time. 1 when it suffices or when no reset is known.
 */
export function quotaStretch(demands: readonly Demand[], quota: Quota | undefined, now: EpochMs): number {
  if (!quota || quota.resetsAt === undefined || quota.resetsAt <= now) return 1;
  const perMs = demands.reduce((sum, { interval, cost }) => sum + cost / interval, 0);
  const wanted = perMs * (quota.resetsAt - now);
  return Math.max(1, wanted / Math.max(quota.remaining, 0.5));
}
