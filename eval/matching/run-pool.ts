import { AliasTable } from '../../src/matching/alias-table.ts';
import { shippedAliases } from '../../src/matching/aliases/index.ts';
import { Chance } from './chance.ts';
import { type Summary, summarise } from './figures.ts';
import { Linker } from './linker.ts';
import { type Link, linksOf } from './links.ts';
import type { Pool } from './pool.ts';
import { SHORT, syntheticPool } from './synthetic/scenarios.ts';

export type AliasMode = 'none' | 'shipped';

export interface Run {
  readonly links: readonly Link[];
  readonly summary: Summary & {
    /** Time to resolve one event and to take it in, in µs. */
    readonly perEventUs: { readonly p50: number; readonly p99: number; readonly max: number };
    readonly reconsidered: Linker['reconsidered'];
  };
}

/** Takes the pool in through the serving path, one event at a time in the order the seed gives. */
export function runPool(pool: Pool, seed: number, aliases: AliasMode): Run {
  const table = aliases === 'none' ? new AliasTable([]) : shippedAliases();
  warmUp(table);
  const linker = new Linker(table);
  for (const event of new Chance(seed).shuffled(pool.events)) linker.take(event);
  // The sources have fallen silent: a second look knows that nothing is to come.
  linker.reconsider();
  linker.reconsider();
  const links = linksOf(linker.places);
  const times = linker.times.sort((a, b) => a - b);
  const at = (share: number): number => round(times[Math.floor(times.length * share)] ?? 0);
  const { joined, runs, ms, longestStepMs } = linker.reconsidered;
  return {
    links,
    summary: {
      ...summarise(pool, links),
      perEventUs: { p50: at(0.5), p99: at(0.99), max: round(times[times.length - 1] ?? 0) },
      reconsidered: { runs, joined, ms: round(ms), longestStepMs: round(longestStepMs) },
    },
  };
}

/** Invented events through an index of their own: a server's code is compiled before most of its events come. */
function warmUp(table: AliasTable): void {
  const linker = new Linker(table);
  for (const event of new Chance(0).shuffled(syntheticPool(0, SHORT).events)) linker.take(event);
  linker.reconsider();
}

const round = (n: number): number => Math.round(n * 10) / 10;
