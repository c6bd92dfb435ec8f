import type { SourceRecord } from '../../domain/source-knowledge.ts';
import { type Millis, seconds } from '../../domain/time.ts';
import { EDGES, quantile, survival } from './delays.ts';

/** How far a source is to be believed, in chances from 0 to 1. */
export interface Profile {
  /** That what it says is so. */
  readonly right: number;
  /** That it gives a score to the wrong side; that it makes one up; that it takes back one that stands. */
  readonly mirrored: number;
  readonly madeUp: number;
  readonly backWrong: number;
  /** That it has not followed a change of that age. */
  readonly late: (age: Millis) => number;
  /** How usual that delay is, up to a factor; absent until it is known. */
  readonly density?: (delay: Millis) => number;
  /** How late it usually is; absent until it is known. */
  readonly median?: Millis;
  readonly slowest?: Millis;
  /** How long it is silent when all is well; 0 when unknown. */
  readonly silence: Millis;
}

/** A source that has not followed yet says hardly anything against a change in its first moment. */
const LATE_START = 0.9;
/** What we believe beforehand counts as so many observations. */
const STATEMENTS_BEFORE = 20;
const RETREATS_BEFORE = 6;
const DELAYS_BEFORE = 2;
/** So many delays make a distribution. */
const ENOUGH = 6;
const DENSITY_LEAST = 1e-6;
/** Nobody is beyond doubt. */
const LEAST = 0.002;

/** The profile of a source of which only that is known: how often it is right, and by what age half have followed. */
export function plainProfile(reliability: number, lag: Millis): Profile {
  const wrong = (1 - reliability) / 2;
  const late = (age: Millis): number => LATE_START / (1 + (Math.max(0, age) / lag) ** 2);
  return { right: reliability, mirrored: wrong, madeUp: wrong, backWrong: wrong, late, silence: 0 };
}

/** The plain profile, corrected by experience. */
export function learnedProfile(plain: Profile, record: SourceRecord): Profile {
  const { right, mirrored, madeUp, retreats, falseRetreats, delays } = record;
  const said = right + mirrored + madeUp;
  const rate = (count: number, all: number, before: number, strength = STATEMENTS_BEFORE): number =>
    Math.max(LEAST, (count + before * strength) / (all + strength));
  const wrongSide = rate(mirrored, said, plain.mirrored / 2);
  const inventions = rate(madeUp, said, plain.madeUp / 4);
  const table = tableOf(survival(delays, (age) => plain.late(age) / plain.late(0), DELAYS_BEFORE));
  const known = delays.reduce((sum, count) => sum + count, 0) >= ENOUGH;
  const median = known ? quantile(delays, 0.5) : undefined;
  return {
    right: Math.max(0.5, 1 - wrongSide - inventions),
    mirrored: wrongSide,
    madeUp: inventions,
    backWrong: rate(falseRetreats, retreats, plain.backWrong, RETREATS_BEFORE),
    late: (age) => Math.max(LEAST, at(table, age)),
    silence: record.silence,
    ...(median !== undefined && {
      median,
      slowest: quantile(delays, 0.95) ?? median,
      density: (delay: Millis) => densityAt(table, delay),
    }),
  };
}

/** Steps of the table in which the shares still out are looked up, and its length. */
const STEP: Millis = 250;
const STEPS = (EDGES.at(-1) ?? 0) / STEP;

/** The shares still out at every step, between the edges by straight lines. */
function tableOf(shares: readonly number[]): Float64Array {
  const table = new Float64Array(STEPS + 1);
  let bin = 0;
  for (let step = 0; step <= STEPS; step++) {
    const age = step * STEP;
    while (age > (EDGES[bin] ?? age)) bin++;
    const low = EDGES[bin - 1] ?? 0;
    const high = EDGES[bin] ?? age;
    const above = shares[bin - 1] ?? 1;
    const below = shares[bin] ?? above;
    table[step] = age === 0 ? 1 : above + ((below - above) * (age - low)) / (high - low);
  }
  return table;
}

function at(table: Float64Array, age: Millis): number {
  const place = age <= 0 ? 0 : Math.min(STEPS, age / STEP);
  const step = Math.floor(place);
  const here = table[step] ?? 0;
  return here + ((table[step + 1] ?? here) - here) * (place - step);
}

/** How many follow in the second around that delay. */
const densityAt = (table: Float64Array, delay: Millis): number =>
  Math.max(DENSITY_LEAST, at(table, delay - seconds(0.5)) - at(table, delay + seconds(0.5)));
