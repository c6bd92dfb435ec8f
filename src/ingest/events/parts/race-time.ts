import type { Millis } from '../../../domain/time.ts';

// Longer than any race: a day. Beyond it the number was meant in another unit.
const LONGEST: Millis = 86_400_000;
const CLOCK = /^(?:(\d{1,2}):)?(?:(\d{1,3}):)?(\d{1,5}(?:\.\d{1,6})?)s?$/;

/** A running time in milliseconds, from seconds (`83.456`) or from a clock (`1:23.456`, `2:03:12.5`). */
export function raceTimeOf(written: string | number): Millis | undefined {
  const ms = typeof written === 'number' ? written * 1_000 : clockTime(written.trim());
  return ms !== undefined && ms >= 0 && ms <= LONGEST ? Math.round(ms) : undefined;
}

function clockTime(text: string): Millis | undefined {
  const parts = CLOCK.exec(text);
  if (parts === null) return undefined;
  const [, first, second, secs] = parts;
  // With one colon the first group has the minutes, with two the hours.
  const [hours, minutes] = second === undefined ? [0, Number(first ?? 0)] : [Number(first), Number(second)];
  return ((hours * 60 + minutes) * 60 + Number(secs)) * 1_000;
}

/** How far behind the winner, or behind the one before: a time, laps, or what the sport counts in (`nk`, `1¾`). */
export type Gap = { readonly ms: Millis } | { readonly laps: number } | { readonly text: string };

const LAPS = /^\+?(\d{1,3}) ?laps?$/i;

/** `5.2`, `"+5.2"`, `"+1:02.3"` are time, `"+1 LAP"` is laps, any other text stays as it is. */
export function gapOf(written: string | number): Gap | undefined {
  if (typeof written === 'string') {
    const laps = LAPS.exec(written.trim());
    if (laps !== null) return { laps: Number(laps[1]) };
  }
  const ms = raceTimeOf(typeof written === 'string' ? written.trim().replace(/^\+/, '') : written);
  if (ms !== undefined) return { ms };
  return typeof written === 'string' ? { text: written.trim() } : undefined;
}
