import type { Millis } from '../domain/time.ts';
import { minutes, seconds } from '../domain/time.ts';

const FIRST: Millis = seconds(1);
const LONGEST: Millis = minutes(1);

/**
 * How long to wait before the next attempt to connect after `inARow` failures: anything from nothing to a span that
 * doubles from a second to a minute. `chance` is from 0 to below 1. The full jitter is what keeps the clients of a
 * provider that comes back from all knocking at once.
 */
export const reconnectWait = (inARow: number, chance: number): Millis =>
  Math.round(chance * Math.min(LONGEST, FIRST * 2 ** Math.min(Math.max(inARow, 1) - 1, 30)));

/** How long to wait when there was nothing to follow: half a minute to a minute. */
export const idleWait = (chance: number): Millis => Math.round((LONGEST * (1 + chance)) / 2);
