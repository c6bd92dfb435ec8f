import { readFileSync } from 'node:fs';
import { Chance } from '../chance.ts';
import type { Pool } from '../pool.ts';
import { roundRobin, type Season, type Side, tell, together } from './season.ts';

interface ClubList {
  readonly countries: Readonly<Record<string, readonly { name: string; aliases: readonly string[] }[]>>;
}

const LEAGUE = 20;
const LEAGUES_MOST = 3;
const FROM = Date.UTC(2023, 7, 7);

/** Leagues of real clubs, country by country: one feed has their names, two feeds have one of their other names each. */
export function listedPool(file: string, seed: number): Pool {
  const chance = new Chance(seed);
  const { countries }: ClubList = JSON.parse(readFileSync(file, 'utf8'));
  const pools: Pool[] = [];
  for (const [country, all] of Object.entries(countries)) {
    const clubs = chance.shuffled(
      all.filter(({ name, aliases }) => !name.startsWith('ii)') && aliases.length > 0),
    );
    for (let n = 0; n < LEAGUES_MOST && (n + 1) * LEAGUE <= clubs.length; n++) {
      const sides = clubs.slice(n * LEAGUE, (n + 1) * LEAGUE).map(
        ({ name, aliases }): Side => ({
          names: [[name], [chance.pick(aliases)], [chance.pick([name, ...aliases])]],
        }),
      );
      pools.push(tell(league(country, n + 1, sides, chance), chance));
    }
  }
  return together(pools);
}

const league = (country: string, tier: number, sides: readonly Side[], chance: Chance): Season => ({
  id: `${country}${tier}`,
  sport: 'soccer',
  sides,
  fixtures: roundRobin(sides.length, FROM, chance),
  feeds: [
    { source: 'one', league: `${country.toUpperCase()} Division ${tier}`, precision: 'minute' },
    {
      source: 'two',
      league: `League ${country} ${tier}`,
      precision: 'minute',
      missing: 0.03,
      shifted: 0.01,
      swapped: 0.003,
    },
    { source: 'three', league: `${country}.${tier}`, precision: 'day', zone: 1, missing: 0.02 },
  ],
});
