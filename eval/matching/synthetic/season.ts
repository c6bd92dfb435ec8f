import type { SportId } from '../../../src/domain/sports/index.ts';
import { days, hours, minutes } from '../../../src/domain/time.ts';
import type { Chance } from '../chance.ts';
import { type Pool, type PoolEvent, poolEvent, type TruePair } from '../pool.ts';

/** Marks pairs that have to be held: nothing in the feeds tells the two games of the day apart. */
export const TWIN = 'double_header';

/** One side and what each feed calls it; several names where a feed spells it in several ways. */
export interface Side {
  readonly names: readonly (readonly string[])[];
}

export interface Feed {
  readonly source: string;
  readonly league: string;
  readonly precision: 'minute' | 'day' | 'week';
  /** Of local dates: hours that the local clock is ahead of UTC. */
  readonly zone?: number;
  /** Share of the matches that the feed leaves out. */
  readonly missing?: number;
  /** Share of the matches whose kick-off the feed has wrong, by up to three hours. */
  readonly shifted?: number;
  /** Share of the matches that the feed gives with home and away exchanged. */
  readonly swapped?: number;
}

export interface Season {
  readonly id: string;
  readonly sport: SportId;
  readonly sides: readonly Side[];
  readonly feeds: readonly Feed[];
  readonly fixtures: readonly Fixture[];
}

/** Who plays whom; sides by number, the start in ms. */
export interface Fixture {
  readonly home: number;
  readonly away: number;
  readonly at: number;
  /** One of two games of a day, which a date alone does not tell apart. */
  readonly isTwin?: boolean;
}

/** What the feeds say of a season, and which of it is the same. */
export function tell(season: Season, chance: Chance): Pool {
  const events: PoolEvent[] = [];
  const truth: TruePair[] = [];
  for (const [number, fixture] of season.fixtures.entries()) {
    const ids: string[] = [];
    for (const [at, feed] of season.feeds.entries()) {
      if (chance.is(feed.missing ?? 0)) continue;
      const id = `${feed.source}:${season.id}/${number}`;
      const swap = chance.is(feed.swapped ?? 0);
      const home = chance.pick(season.sides[fixture.home]?.names[at] ?? ['?']);
      const away = chance.pick(season.sides[fixture.away]?.names[at] ?? ['?']);
      const shift = chance.is(feed.shifted ?? 0) ? minutes(5 * (chance.below(72) - 36)) : 0;
      events.push(
        poolEvent({
          source: feed.source,
          sport: season.sport,
          league: feed.league,
          id,
          home: swap ? away : home,
          away: swap ? home : away,
          kickoff: kickoff(fixture.at + shift, feed),
          precision: feed.precision,
        }),
      );
      for (const other of ids) truth.push({ a: other, b: id, ...(fixture.isTwin && { flag: TWIN }) });
      ids.push(id);
    }
  }
  return { events, truth };
}

function kickoff(at: number, { precision, zone = 0 }: Feed): string {
  if (precision === 'minute') return `${new Date(at).toISOString().slice(0, 16)}Z`;
  const local = at + hours(zone);
  const date = precision === 'week' ? local - ((local - MONDAY) % days(7)) : local;
  return new Date(date).toISOString().slice(0, 10);
}

const MONDAY = Date.UTC(2020, 0, 6);

/** Hours after the first midnight of a week that soccer begins, as often as they are listed. */
const SOCCER_HOURS = [111.5, 132.5, 135, 135, 135, 135, 135, 137.5, 156, 156, 158.5, 161, 44.75, 67];

/** Everybody against everybody, at home and away, week by week. */
export function roundRobin(sides: number, from: number, chance: Chance, starts = SOCCER_HOURS): Fixture[] {
  const order = chance.shuffled(Array.from({ length: sides % 2 === 0 ? sides : sides + 1 }, (_, n) => n));
  const half = order.length / 2;
  const fixtures: Fixture[] = [];
  for (let week = 0; week < 2 * (order.length - 1); week++) {
    for (let n = 0; n < half; n++) {
      const a = order[n] as number;
      const b = order[order.length - 1 - n] as number;
      if (a >= sides || b >= sides) continue;
      const at = from + days(7 * week) + hours(chance.pick(starts));
      const turned = (n === 0 ? week % 2 === 1 : n % 2 === 1) !== week >= order.length - 1;
      fixtures.push(turned ? { home: b, away: a, at } : { home: a, away: b, at });
    }
    order.splice(1, 0, order.pop() as number);
  }
  return fixtures;
}

/** Series of games, a side nearly every day, as baseball plays them: now and then two in one day. */
export function daily(sides: number, from: number, length: number, chance: Chance): Fixture[] {
  const fixtures: Fixture[] = [];
  let day = 0;
  while (day < length) {
    const order = chance.shuffled(Array.from({ length: sides }, (_, n) => n));
    const games = 2 + chance.below(3);
    for (let n = 0; n + 1 < order.length; n += 2)
      for (let game = 0; game < games; game++) {
        const home = order[n] as number;
        const away = order[n + 1] as number;
        // Local evenings of America: 17:00 UTC to 02:10 UTC of the next day.
        const at = from + days(day + game) + hours(chance.pick([17, 20, 23, 23, 23.2, 24.1, 26.2]));
        const isTwin = chance.is(0.02);
        fixtures.push({ home, away, at, isTwin });
        if (isTwin) fixtures.push({ home, away, at: at + hours(3.5), isTwin });
      }
    day += games + (chance.is(0.2) ? 1 : 0);
  }
  return fixtures;
}

/** One pool of several. */
export const together = (pools: readonly Pool[]): Pool => ({
  events: pools.flatMap(({ events }) => events),
  truth: pools.flatMap(({ truth }) => truth),
});
