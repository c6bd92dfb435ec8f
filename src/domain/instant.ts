import { type EpochMs, epochMs, parseInstant, seconds } from './time.ts';

// Counted in milliseconds these numbers begin in 1973; counted in seconds they lie in 1973 to 5138: none means both.
const FIRST_MILLISECONDS = 1e11;
const FIRST_SECONDS = 1e8;
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * An instant as senders write it: ISO 8601 with its zone, or the seconds or milliseconds since 1970. `undefined` for
 * anything else, a time without a zone included.
 */
export function instantOf(written: string | number): EpochMs | undefined {
  const at = typeof written === 'string' ? parseInstant(written) : sinceEpoch(written);
  return at !== undefined && at >= FIRST && at <= LAST ? at : undefined;
}

function sinceEpoch(count: number): EpochMs | undefined {
  if (count >= FIRST_MILLISECONDS) return epochMs(Math.round(count));
  return count >= FIRST_SECONDS ? epochMs(Math.round(seconds(count))) : undefined;
}

export const INSTANT_EXPECTED =
  'must be a time with its zone (2026-01-03T15:00:00Z), or seconds or milliseconds since 1970';
