/** The figures of docs/truth.md, Markets, in short: each of these fails when a figure falls. */
import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../eval/odds/evaluation.ts';
import { fuzz } from '../eval/odds/fuzz.ts';
import { booksOf, readGames } from '../eval/odds/games.ts';
import { type MadeUp, madeUpGames } from '../eval/odds/made-up.ts';
import { meanOfBooks } from '../eval/odds/methods.ts';
import { checkVectors } from '../eval/odds/vectors.ts';
import { DEVIG_METHODS, devig } from '../src/aggregation/devig.ts';

/** What believing the forecasts costs in log-loss, on average and without the luck of the results (Kullback-Leibler). */
const excessLoss = (games: readonly MadeUp[], forecasts: readonly (readonly number[])[]): number =>
  games.reduce(
    (sum, { truth }, at) =>
      sum + truth.reduce((loss, p, place) => loss + p * Math.log(p / forecasts[at]![place]!), 0),
    0,
  ) / games.length;

describe('fair prices of made-up games, whose chances are known', () => {
  const CASES = [
    { size: 3, typical: 0.0025, worst: 0.008, most: 0.00002 },
    { size: 2, typical: 0.005, worst: 0.015, most: 0.0002 },
  ] as const;
  for (const { size, typical, worst, most } of CASES) {
    const games = madeUpGames(3_000, size, 7);
    const { lines } = evaluate(games, 'close');

    test(`${size} outcomes: close to the truth, swapped books or not`, () => {
      expect(lines).toHaveLength(games.length);
      const errors = lines
        .map(({ p }, at) => Math.max(...p.map((one, place) => Math.abs(one - games[at]!.truth[place]!))))
        .sort((a, b) => a - b);
      expect(errors[errors.length >> 1]!).toBeLessThan(typical);
      expect(errors[Math.floor(errors.length * 0.99)]!).toBeLessThan(worst);
    });

    test(`${size} outcomes: costs next to nothing, and far less than the mean of the books`, () => {
      const consensus = excessLoss(
        games,
        lines.map(({ p }) => p),
      );
      expect(consensus).toBeLessThan(most);
      for (const method of DEVIG_METHODS) {
        const mean = games.map((game) => meanOfBooks(booksOf(game, 'close'), method));
        expect(consensus).toBeLessThan(excessLoss(games, mean) / 2);
      }
    });
  }
});

test('no method breaks its promises on 20,000 markets', () => {
  expect(fuzz(20_000, 11)).toEqual({ markets: 20_000, broken: [] });
});

// Published in the README and tests of mberk/shin and in the vignette of the R package implied.
const PUBLISHED = [
  { method: 'shin', prices: [2.6, 2.4, 4.3], expected: [0.3729941, 0.4047794, 0.2222265] },
  { method: 'shin', prices: [1.5, 2.74], expected: [0.6508515815, 0.3491484185] },
  { method: 'multiplicative', prices: [4.2, 3.7, 1.95], expected: [0.2331556, 0.2646631, 0.5021813] },
  { method: 'additive', prices: [4.2, 3.7, 1.95], expected: [0.2310332, 0.2632083, 0.5057585] },
] as const;
for (const { method, prices, expected } of PUBLISHED)
  test(`${method} of ${prices.join(', ')} as others have published it`, () => {
    const got = devig(prices, method);
    for (const [at, p] of expected.entries()) expect(got[at]!).toBeCloseTo(p, 6);
  });

const folder = join(import.meta.dir, '../../shared/eval/odds');
if (existsSync(folder)) {
  const files = [...new Bun.Glob('*_*.json').scanSync(folder)].sort().map((name) => join(folder, name));

  describe('on the development data', () => {
    test('every vector to 1e-9', () => {
      const { markets, methods, largestSumError, formats } = checkVectors(join(folder, 'vectors.json'));
      expect(markets).toBeGreaterThan(0);
      for (const error of [...Object.values(methods), ...Object.values(formats)])
        expect(error).toBeLessThan(1e-9);
      expect(largestSumError).toBeLessThan(1e-12);
    });

    const MOST = {
      close: { logLoss: 0.9584, rps: 0.1924, ece: 0.0085, confidence: 0.015 },
      pre: { logLoss: 0.9574, rps: 0.19302, ece: 0.0085, confidence: 0.02 },
    } as const;
    for (const moment of ['close', 'pre'] as const)
      test(`log-loss, RPS and calibration of the prices: ${moment}`, () => {
        const { summary } = evaluate(readGames(files), moment);
        const most = MOST[moment];
        expect(summary.games!).toBeGreaterThan(3_000);
        expect(summary.logLoss!).toBeLessThan(most.logLoss);
        expect(summary.rps!).toBeLessThan(most.rps);
        expect(summary.ece!).toBeLessThan(most.ece);
        expect(summary.confidence!.ece).toBeLessThan(most.confidence);
      });
  });
}
