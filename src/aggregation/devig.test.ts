import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DEVIG_METHODS, type DevigMethod, devig, fairProbabilities } from './devig.ts';

const close = (got: readonly number[], expected: readonly number[], within: number) => {
  expect(got).toHaveLength(expected.length);
  got.forEach((p, at) => {
    expect(Math.abs(p - expected[at]!)).toBeLessThanOrEqual(within);
  });
};

describe('devig', () => {
  // Worked by hand from the formulas: q = ½, ⅓, ¼, Σq = 13/12.
  const prices = [2, 3, 4];
  const root = (q: number) => Math.sqrt(1 - q);
  const step = 1 / 12 / (root(1 / 2) + root(1 / 3) + root(1 / 4));
  const cases: [DevigMethod, number[]][] = [
    ['multiplicative', [6 / 13, 4 / 13, 3 / 13]],
    ['additive', [17 / 36, 11 / 36, 8 / 36]],
    ['goto', [1 / 2 - step * root(1 / 2), 1 / 3 - step * root(1 / 3), 1 / 4 - step * root(1 / 4)]],
  ];
  for (const [method, expected] of cases)
    test(`${method} by its formula`, () => close(devig(prices, method), expected, 1e-12));

  test('power, Shin and odds-ratio meet their own equations', () => {
    const inverse = prices.map((price) => 1 / price);
    const power = devig(prices, 'power');
    const k = Math.log(power[0]!) / Math.log(inverse[0]!);
    close(
      power,
      inverse.map((q) => q ** k),
      1e-12,
    );
    const ratio = devig(prices, 'odds_ratio');
    const ratios = ratio.map((p, at) => (inverse[at]! / (1 - inverse[at]!)) * ((1 - p) / p));
    close(
      ratios,
      ratios.map(() => ratios[0]!),
      1e-9,
    );
    const shin = devig(prices, 'shin');
    const z = shin.map((p, at) => {
      const share = inverse[at]! ** 2 / (13 / 12);
      // Solved for z: (2(1−z)p + z)² = z² + 4(1−z)q²/B
      return (share - p * p) / (p - p * p);
    });
    close(
      z,
      z.map(() => z[0]!),
      1e-9,
    );
    expect(z[0]!).toBeGreaterThan(0);
  });

  test('for two outcomes Shin is additive', () => {
    close(devig([1.5, 2.74], 'shin'), devig([1.5, 2.74], 'additive'), 1e-12);
  });

  const file = join(import.meta.dir, '../../../shared/eval/odds/vectors.json');
  if (existsSync(file))
    test('agrees with the evaluation vectors', () => {
      const vectors: { devig: { odds: number[]; expected: Record<string, number[]> }[] } = JSON.parse(
        readFileSync(file, 'utf8'),
      );
      expect(vectors.devig.length).toBeGreaterThan(0);
      for (const { odds, expected } of vectors.devig)
        for (const method of DEVIG_METHODS) {
          const wanted = expected[method];
          if (wanted) close(devig(odds, method), wanted, 1e-9);
        }
    });
});

describe('fair probabilities', () => {
  const market = fc.array(fc.double({ min: 1.01, max: 1_000, noNaN: true }), { minLength: 2, maxLength: 12 });

  for (const method of DEVIG_METHODS) {
    test(`${method}: inside (0, 1), summing to 1, in the order of the prices, wherever an outcome stands`, () => {
      fc.assert(
        fc.property(market, (prices) => {
          const fair = fairProbabilities(prices, method);
          let sum = 0;
          for (const p of fair) {
            expect(p).toBeGreaterThan(0);
            expect(p).toBeLessThan(1);
            sum += p;
          }
          expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
          const order = prices.map((_, at) => at).sort((a, b) => prices[a]! - prices[b]!);
          for (let at = 1; at < order.length; at++)
            expect(fair[order[at - 1]!]!).toBeGreaterThanOrEqual(fair[order[at]!]! - 1e-12);
          const mirrored = fairProbabilities([...prices].reverse(), method).reverse();
          close(mirrored, fair, 1e-9);
        }),
        { numRuns: 300 },
      );
    });
  }
});
