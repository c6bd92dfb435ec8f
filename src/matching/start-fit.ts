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
  /** Whether the same two sides may meet on consecutive days. */
  readonly series: boolean;
  /** Instants farther apart may be of two games of one day; absent where nobody plays twice a day. */
  readonly doubleHeader?: Millis;
  /** Of a series outside America: the hours of UTC, counted from a date's midnight, that can be of no other date. */
  readonly abroad: readonly [from: Millis, to: Millis];
}

/** Hours of UTC that the matches of a local date begin in. */
const USUAL_DAY = [0, hours(24)] as const;
const AMERICAN_DAY = [hours(14), hours(31)] as const;
const SURE_DAY = [hours(14), hours(24)] as const;

const USUAL: Spread = { window: hours(12), linkable: hours(3.25), series: false, abroad: USUAL_DAY };
// The second game of a double-header begins some three hours after the first.
const SPREADS: Partial<Record<SportId, Spread>> = {
  baseball: {
    window: hours(12),
    linkable: hours(2.75),
    series: true,
    doubleHeader: minutes(75),
    abroad: SURE_DAY,
  },
  basketball: { window: hours(12), linkable: hours(3.25), series: true, abroad: USUAL_DAY },
  ice_hockey: { window: hours(12), linkable: hours(3.25), series: true, abroad: USUAL_DAY },
  // `Not before` and rain: two players meet once in a tournament.
  tennis: { window: days(2), linkable: days(1), series: false, abroad: USUAL_DAY },
  mma: { window: days(1), linkable: hours(8), series: false, abroad: USUAL_DAY },
};

/** A draw of a week may begin a day early and last a fortnight; midnight of its first date in UTC counts. */
const WEEK_BEFORE = days(1);
const WEEK_AFTER = days(13);

/** Widest distance from a local date's midnight in UTC to an instant of that date: zones reach from -12 to +14 hours. */
const DAY_BEFORE = hours(14);
const DAY_AFTER = hours(36);

/** Where the same sides meet on consecutive days, the match of the next day is most likely another one. */
const NEXT_DAY = -4.5;

export interface StartFit {
  readonly bits: number;
  /** False: near enough for a person to look at, too far for us to decide. */
  readonly linkable: boolean;
  /** Two games may be meant, as of one day: to be decided when all of that day are known. */
  readonly isShared?: boolean;
}

/** How far before and after `start` another start can stand and still be seen as the same, by its precision. */
export function startWindow(
  sport: SportId,
  start: Start,
  other: StartPrecision,
): readonly [before: Millis, after: Millis] {
  const one = start.precision;
  if (one === 'week' && other === 'week') return [days(7), days(7)];
  if (one === 'week') return other === 'day' ? [WEEK_BEFORE, WEEK_AFTER] : weekOfInstants;
  if (other === 'week') return one === 'day' ? [WEEK_AFTER, WEEK_BEFORE] : instantsOfWeek;
  if (one === 'day') return other === 'day' ? [days(1), days(1)] : [DAY_BEFORE, DAY_AFTER];
  if (other === 'day') return [DAY_AFTER, DAY_BEFORE];
  const { window } = SPREADS[sport] ?? USUAL;
  return [window, window];
}

const weekOfInstants = [WEEK_BEFORE + DAY_BEFORE, WEEK_AFTER + DAY_AFTER] as const;
const instantsOfWeek = [WEEK_AFTER + DAY_AFTER, WEEK_BEFORE + DAY_BEFORE] as const;

/** What two starts say about two fixtures being one; `undefined` when they cannot be. */
export function startFit(
  sport: SportId,
  a: Start,
  b: Start,
  country?: string | undefined,
): StartFit | undefined {
  const spread = SPREADS[sport] ?? USUAL;
  const fit = fitOf(a, b, spread, country);
  if (fit === undefined || spread.doubleHeader === undefined) return fit;
  const areInstants = a.precision === 'minute' && b.precision === 'minute';
  if (areInstants && Math.abs(a.at - b.at) <= spread.doubleHeader) return fit;
  return { ...fit, isShared: true };
}

function fitOf(a: Start, b: Start, spread: Spread, country: string | undefined): StartFit | undefined {
  if (a.precision === 'minute' && b.precision === 'minute') return instants(Math.abs(a.at - b.at), spread);
  if (a.precision === 'week' || b.precision === 'week') return weeks(a, b);
  if (a.precision === 'day' && b.precision === 'day') return dates(Math.abs(a.at - b.at), spread);
  const [date, instant] = a.precision === 'day' ? [a, b] : [b, a];
  return dateAndInstant(instant.at - date.at, spread, country);
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
  if (apart > days(1)) return undefined;
  return spread.series ? { bits: NEXT_DAY, linkable: false } : { bits: -2, linkable: true };
}

function weeks(a: Start, b: Start): StartFit | undefined {
  if (a.precision === b.precision) {
    const apart = Math.abs(a.at - b.at);
    if (apart > days(7)) return undefined;
    return apart <= days(1) ? { bits: 2, linkable: true } : { bits: -4, linkable: false };
  }
  const [week, one] = a.precision === 'week' ? [a, b] : [b, a];
  const [before, after] = one.precision === 'day' ? [WEEK_BEFORE, WEEK_AFTER] : weekOfInstants;
  const apart = one.at - week.at;
  if (apart < -before || apart > after) return undefined;
  if (apart < 0) return { bits: -1, linkable: true };
  return { bits: apart < days(7) ? 2 : -3, linkable: true };
}

/** `apart`: the instant less midnight UTC of the date. American evenings reach into the next day of UTC. */
function dateAndInstant(apart: Millis, spread: Spread, country: string | undefined): StartFit | undefined {
  if (apart < -DAY_BEFORE || apart > DAY_AFTER) return undefined;
  const [from, to] = !spread.series ? USUAL_DAY : country === 'us' ? AMERICAN_DAY : spread.abroad;
  if (apart >= from && apart < to) return { bits: 2, linkable: true };
  if (spread.series && country === 'us') return { bits: NEXT_DAY, linkable: false };
  return { bits: apart >= -hours(2) && apart < hours(31) ? 0 : -3, linkable: !spread.series };
}
