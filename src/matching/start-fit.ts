import type { StartPrecision } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import { days, type EpochMs, hours, type Millis, minutes } from '../domain/time.ts';

export interface Start {
  readonly at: EpochMs;
  readonly precision: StartPrecision;
}

interface Spread {
  /** Two instants farther apart are two matches. */
  readonly window: Millis;
  /** Up to here they may be the same match without a person looking at it. */
  readonly linkable: Millis;
  /** Whether the same two sides may meet on consecutive days, or twice in one. */
  readonly series: boolean;
}

const USUAL: Spread = { window: hours(12), linkable: hours(3.25), series: false };
// Baseball plays double-headers: the second game begins some three hours after the first.
const SPREADS: Partial<Record<SportId, Spread>> = {
  baseball: { window: hours(12), linkable: minutes(75), series: true },
  basketball: { window: hours(12), linkable: hours(3.25), series: true },
  ice_hockey: { window: hours(12), linkable: hours(3.25), series: true },
  // `Not before` and rain: two players meet once in a tournament.
  tennis: { window: days(2), linkable: days(1), series: false },
  mma: { window: days(1), linkable: hours(8), series: false },
};

/** Widest distance from a local date's midnight in UTC to an instant of that date: zones reach from -12 to +14 hours. */
const DAY_BEFORE = hours(14);
const DAY_AFTER = hours(36);

export interface StartFit {
  readonly bits: number;
  /** False: near enough for a person to look at, too far for us to decide. */
  readonly linkable: boolean;
}

/** How far before and after `start` another start can stand and still be seen as the same, by its precision. */
export function startWindow(
  sport: SportId,
  start: Start,
  other: StartPrecision,
): readonly [before: Millis, after: Millis] {
  if (start.precision === 'day') return other === 'day' ? [days(1), days(1)] : [DAY_BEFORE, DAY_AFTER];
  if (other === 'day') return [DAY_AFTER, DAY_BEFORE];
  const { window } = SPREADS[sport] ?? USUAL;
  return [window, window];
}

/** What two starts say about two fixtures being one; `undefined` when they cannot be. */
export function startFit(sport: SportId, a: Start, b: Start): StartFit | undefined {
  const spread = SPREADS[sport] ?? USUAL;
  if (a.precision === 'minute' && b.precision === 'minute') return instants(Math.abs(a.at - b.at), spread);
  if (a.precision === 'day' && b.precision === 'day') return dates(Math.abs(a.at - b.at), spread);
  const [date, instant] = a.precision === 'day' ? [a, b] : [b, a];
  return dateAndInstant(instant.at - date.at, spread);
}

function instants(apart: Millis, spread: Spread): StartFit | undefined {
  if (apart > spread.window) return undefined;
  const linkable = apart <= spread.linkable;
  if (apart <= minutes(1)) return { bits: 5, linkable };
  if (apart <= minutes(15)) return { bits: 4, linkable };
  if (apart <= minutes(65)) return { bits: 2, linkable };
  return { bits: linkable ? 0 : -4, linkable };
}

function dates(apart: Millis, spread: Spread): StartFit | undefined {
  if (apart === 0) return { bits: 2, linkable: true };
  return apart <= days(1) ? { bits: -2, linkable: !spread.series } : undefined;
}

/** `apart`: the instant less midnight UTC of the date. American evenings reach into the next day of UTC. */
function dateAndInstant(apart: Millis, spread: Spread): StartFit | undefined {
  if (apart < -DAY_BEFORE || apart > DAY_AFTER) return undefined;
  if (apart >= hours(spread.series ? 14 : 0) && apart < hours(spread.series ? 31 : 24))
    return { bits: 2, linkable: true };
  const linkable = !spread.series;
  return { bits: apart >= -hours(2) && apart < hours(31) ? 0 : -3, linkable };
}
