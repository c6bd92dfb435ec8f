import { days, hours } from '../../../src/domain/time.ts';
import { Chance } from '../chance.ts';
import type { Pool } from '../pool.ts';
import { decoysOf } from './decoys.ts';
import { clubNames, franchises, letters, places } from './places.ts';
import { draws, players } from './players.ts';
import {
  daily,
  type Feed,
  type Fixture,
  roundRobin,
  type Season,
  type Side,
  tell,
  together,
} from './season.ts';
import { exonym, respell } from './spellings.ts';

export interface Size {
  readonly leagues: number;
  readonly days: number;
  readonly weeks: number;
  readonly decoys: number;
}

export const SHORT: Size = { leagues: 2, days: 40, weeks: 5, decoys: 150 };

const CLUBS = 18;
const FROM = Date.UTC(2024, 7, 5);

/** A pool with invented sides of four sports, three feeds that spell them their own ways, and decoys. */
export function syntheticPool(seed: number, size: Size): Pool {
  const chance = new Chance(seed);
  const clubs = clubNames(CLUBS * size.leagues, chance);
  const seasons = [
    ...Array.from({ length: size.leagues }, (_, n) =>
      soccer(n, clubs.slice(CLUBS * n, CLUBS * (n + 1)), chance),
    ),
    baseball(size.days, chance),
    gridiron(chance),
    ...tennis(size.weeks, chance),
  ];
  const pool = together(seasons.map((season) => tell(season, chance)));
  return together([pool, { events: decoysOf(pool.events, size.decoys, chance), truth: [] }]);
}

function soccer(n: number, clubs: readonly string[], chance: Chance): Season {
  const sides = clubs.map((name): Side => {
    const two = respell(name, chance);
    // One club in twenty is known to the third feed by a name or a code that no likeness can find.
    const odd = chance.pick([exonym(name, chance), letters(name).slice(-3)]);
    const three = chance.is(0.05) ? odd : respell(name, chance);
    return { names: [[name], chance.is(0.03) ? [two, respell(name, chance)] : [two], [three]] };
  });
  return {
    id: `soccer${n}`,
    sport: 'soccer',
    sides,
    feeds: [
      { source: 'one', league: `Division ${n + 1} of Aldoria`, precision: 'minute' },
      {
        source: 'two',
        league: `ALD ${n + 1}`,
        precision: 'minute',
        missing: 0.02,
        shifted: 0.005,
        swapped: 0.002,
      },
      { source: 'three', league: `Aldorian League ${n + 1}`, precision: 'day', zone: 1, missing: 0.02 },
    ],
    fixtures: roundRobin(sides.length, FROM, chance),
  };
}

const AMERICA: Pick<Feed, 'zone'> = { zone: -6 };

function baseball(length: number, chance: Chance): Season {
  const sides = franchises(24, chance).map(
    ({ place, nickname, code }): Side => ({ names: [[`${place} ${nickname}`], [code], [nickname]] }),
  );
  return {
    id: 'baseball',
    sport: 'baseball',
    sides,
    feeds: [
      { source: 'one', league: 'MLB', precision: 'day', ...AMERICA },
      { source: 'two', league: 'Major League Baseball', precision: 'day', ...AMERICA },
      { source: 'three', league: 'MLB regular season', precision: 'minute', missing: 0.02 },
    ],
    fixtures: daily(sides.length, FROM, length, chance),
  };
}

function gridiron(chance: Chance): Season {
  const sides = franchises(30, chance).map(
    ({ place, nickname, code }): Side => ({ names: [[`${place} ${nickname}`], [nickname], [code]] }),
  );
  const fixtures: Fixture[] = [];
  for (let week = 0; week < 17; week++) {
    const order = chance.shuffled(sides.map((_, at) => at));
    for (let n = 0; n + 1 < order.length; n += 2) {
      const start = chance.pick([161, 161, 161, 161, 164.4, 168.3]);
      fixtures.push({
        home: order[n] as number,
        away: order[n + 1] as number,
        at: FROM + days(7 * week) + hours(start),
      });
    }
  }
  return {
    id: 'gridiron',
    sport: 'american_football',
    sides,
    feeds: [
      { source: 'one', league: 'NFL', precision: 'day', ...AMERICA },
      { source: 'two', league: 'NFL', precision: 'day', ...AMERICA },
      { source: 'three', league: 'NFL REG', precision: 'minute' },
    ],
    fixtures,
  };
}

function tennis(weeks: number, chance: Chance): Season[] {
  const sides = players(120, chance);
  const tournaments = draws(sides.length, FROM, weeks, chance);
  return tournaments.map((fixtures, at) => {
    const [place = ''] = places(1, chance);
    // One tournament in ten is known to the feeds by names that share no word.
    const other = chance.is(0.1) ? 'National Masters' : place;
    return {
      id: `tennis${at}`,
      sport: 'tennis',
      sides,
      feeds: [
        { source: 'one', league: place, precision: 'week', missing: 0.01 },
        {
          source: 'two',
          league: `Acme Open (${other})`,
          precision: 'day',
          zone: chance.pick([-6, 1, 9]),
          swapped: 0.5,
        },
      ],
      fixtures,
    } satisfies Season;
  });
}
