import { spread } from '../domain/spread.ts';
import { type EpochMs, epochMs, type Millis } from '../domain/time.ts';

/**
 * The first tick after `now` on the grid of `identity`: the instants t with t ≡ hash(identity) (mod interval). The grid
 * does not depend on when the process began or how long a poll took, so ticks that were missed are skipped, targets
 * keep apart from each other, and a replica that takes over keeps the beat.
 */
export function nextTick(identity: string, interval: Millis, now: EpochMs): EpochMs {
  const offset = spread(identity) % interval;
  const since = (((now - offset) % interval) + interval) % interval;
  return epochMs(now + interval - since);
}

// Newcomers should see matches in seconds, whatever the interval; a herd of targets should still not start at once.
const FIRST_WITHIN: Millis = 3_000;

/** When to poll for the first time: spread over the interval, but over three seconds at the most. */
export const firstTick = (identity: string, interval: Millis, now: EpochMs): EpochMs =>
  epochMs(now + (spread(identity) % Math.min(interval, FIRST_WITHIN)));
