import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readPool } from './pool.ts';
import { runPool } from './run-pool.ts';

// Evaluation data that is never part of the product: without the folder there is nothing to test here.
const folder = join(import.meta.dir, '../../../shared/eval/matching');

if (existsSync(folder))
  describe('the development data', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const pool = readPool(files.map((name) => join(folder, name)));

    for (const [aliases, least] of [
      ['none', 0.99],
      ['shipped', 0.997],
    ] as const)
      test(`one pool of all, aliases: ${aliases}`, () => {
        const { summary } = runPool(pool, 1, aliases);
        expect(summary.decoys.linked).toBe(0);
        expect(summary.truth?.false).toBe(0);
        expect(summary.truth?.f1).toBeGreaterThanOrEqual(least);
        expect(summary.bySport.soccer?.truth?.recall).toBeGreaterThanOrEqual(0.995);
        expect(summary.bySport.basketball?.truth?.recall).toBeGreaterThanOrEqual(0.99);
        expect(summary.bySport.american_football?.truth?.recall).toBeGreaterThanOrEqual(0.99);
        expect(summary.bySport.tennis?.truth?.recall).toBeGreaterThanOrEqual(0.98);
      });

    test('the order of arrival changes no link', () => {
      const some = readPool(
        files.filter((name) => /nba|nfl_2015|esp1/.test(name)).map((name) => join(folder, name)),
      );
      const [one, other] = [2, 3].map((seed) =>
        runPool(some, seed, 'none').links.map(({ a, b, swapped }) => `${a} ${b} ${swapped}`),
      );
      expect(one).toEqual(other as string[]);
    });
  });
