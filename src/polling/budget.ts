import type { EpochMs, Millis } from '../domain/time.ts';
import type { Quota } from '../ports/provider.ts';

/** What a target asks of its provider's budget when it is polled every `interval`. */
export interface Demand {
  readonly interval: Millis;
  readonly cost: number;
}

/** By how much intervals are stretched to make a quota last, and whether the time it must last is only assumed. */
export interface Stretch {
  readonly factor: number;
  readonly assumed: boolean;
}

const NONE: Stretch = { factor: 1, assumed: false };

/**
 * By how much all of a provider's intervals must be stretched so that its quota lasts until it is reset: the ratio of
 * what its targets would spend to what is left for that time. Where no reset is told it has to last for `period`; where
 * there is none either, nothing is stretched.
 */
export function quotaStretch(
  demands: readonly Demand[],
  quota: Quota | undefined,
  period: Millis | undefined,
  now: EpochMs,
): Stretch {
  if (!quota) return NONE;
  const assumed = quota.resetsAt === undefined;
  const lasts = quota.resetsAt === undefined ? period : quota.resetsAt - now;
  if (lasts === undefined || lasts <= 0) return NONE;
  const perMs = demands.reduce((sum, { interval, cost }) => sum + cost / interval, 0);
  const factor = (perMs * lasts) / Math.max(quota.remaining, 0.5);
  return factor > 1 ? { factor, assumed } : NONE;
}
