import { pairKey } from './figures.ts';
import type { Link } from './links.ts';
import type { Pool } from './pool.ts';
import { type AliasMode, runPool } from './run-pool.ts';
import { crowd } from './synthetic/crowd.ts';
import { SHORT, type Size, syntheticPool } from './synthetic/scenarios.ts';
import { TWIN } from './synthetic/season.ts';

/** A figure and what it has to be. */
export interface Goal {
  readonly what: string;
  readonly measured: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly isMet: boolean;
}

/** Recall to reach, sport by sport; of the double-headers of baseball none, since nothing tells them apart. */
const RECALL: Readonly<Record<string, number>> = {
  soccer: 0.995,
  american_football: 0.99,
  baseball: 0.99,
  tennis: 0.98,
};

/** The goals, on invented seasons: what CI watches. */
export function shortGoals(
  seeds: readonly number[],
  size: Size = SHORT,
  aliases: AliasMode = 'none',
): Goal[] {
  const found = new Map<string, { pairs: number; linked: number }>();
  let links = 0;
  let wrong = 0;
  let decoys = 0;
  for (const seed of seeds) {
    const pool = syntheticPool(seed, size);
    const run = runPool(pool, seed, aliases);
    links += run.links.length;
    wrong += run.summary.truth?.false ?? 0;
    decoys += run.summary.decoys.linked;
    tally(pool, run.links, found);
  }
  return [
    atMost('decoys linked', decoys, 0),
    atMost('false links in 10,000', links > 0 ? (wrong / links) * 10_000 : 0, 1),
    ...Object.entries(RECALL).map(([sport, least]) => {
      const { pairs, linked } = found.get(sport) ?? { pairs: 0, linked: 0 };
      return atLeast(`recall, ${sport}`, pairs > 0 ? linked / pairs : 0, least);
    }),
  ];
}

/** The goals on speed, and that a crowd of similar names joins nothing wrongly. */
export function crowdGoals(matches: number, resolved: number, seed: number): Goal[] {
  const figures = crowd(matches, resolved, seed);
  return [
    atMost(`µs to resolve one of ${matches}, p99`, figures.us.p99, 100),
    atMost('false links in the crowd', figures.wrong, 0),
    atLeast('recall in the crowd', figures.same / figures.resolved, 0.95),
  ];
}

function tally(
  pool: Pool,
  links: readonly Link[],
  found: Map<string, { pairs: number; linked: number }>,
): void {
  const sports = new Map(pool.events.map(({ id, reference }) => [id, reference.sport]));
  const linked = new Set(links.map(({ a, b }) => pairKey(a, b)));
  for (const { a, b, flag } of pool.truth) {
    if (flag === TWIN) continue;
    const sport = sports.get(a) ?? '';
    const count = found.get(sport) ?? { pairs: 0, linked: 0 };
    count.pairs++;
    if (linked.has(pairKey(a, b))) count.linked++;
    found.set(sport, count);
  }
}

const atMost = (what: string, measured: number, most: number): Goal => ({
  what,
  measured,
  atMost: most,
  isMet: measured <= most,
});

const atLeast = (what: string, measured: number, least: number): Goal => ({
  what,
  measured,
  atLeast: least,
  isMet: measured >= least,
});
