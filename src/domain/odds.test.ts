import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import {
  americanToDecimal,
  decimalToAmerican,
  decimalToFractional,
  decimalToHongKong,
  decimalToIndonesian,
  decimalToMalay,
  fractionalToDecimal,
  fromDecimal,
  hongKongToDecimal,
  indonesianToDecimal,
  isPrice,
  malayToDecimal,
  ODDS_FORMATS,
  type OddsFormat,
  toDecimal,
} from './odds.ts';

const table: readonly (readonly [
  decimal: number,
  american: number,
  fraction: string,
  hk: number,
  malay: number,
  indo: number,
])[] = [
  [2, 100, '1/1', 1, 1, 1],
  [1.5, -200, '1/2', 0.5, 0.5, -2],
  [3.5, 250, '5/2', 2.5, -0.4, 2.5],
  [1.2, -500, '1/5', 0.2, 0.2, -5],
  [6.75, 575, '23/4', 5.75, -0.1739, 5.75],
  [101, 10_000, '100/1', 100, -0.01, 100],
];

test.each(table)('%p is written and read in every format', (decimal, american, fraction, hk, malay, indo) => {
  const written: Record<OddsFormat, number | string> = {
    decimal,
    american,
    fractional: fraction,
    hongkong: hk,
    malay,
    indonesian: indo,
  };
  for (const format of ODDS_FORMATS) {
    expect(fromDecimal(format, decimal)).toBe(written[format]);
    expect(toDecimal(format, written[format])).toBeCloseTo(decimal, 2);
  }
});

const refused: readonly (readonly [OddsFormat, number | string])[] = [
  ['decimal', 1],
  ['decimal', 0.99],
  ['decimal', -2],
  ['decimal', Number.NaN],
  ['decimal', Number.POSITIVE_INFINITY],
  ['decimal', '1e3'],
  ['decimal', ''],
  ['american', 99],
  ['american', -99.9],
  ['american', 0],
  ['american', 'OFF'],
  ['american', Number.NEGATIVE_INFINITY],
  ['hongkong', 0],
  ['hongkong', -0.5],
  ['malay', 0],
  ['malay', 1.01],
  ['malay', -1.01],
  ['indonesian', 0.99],
  ['indonesian', -0.99],
  ['fractional', '0/1'],
  ['fractional', '1/0'],
  ['fractional', '-1/2'],
  ['fractional', '1.5/2'],
  ['fractional', '5'],
  ['fractional', 2.5],
];

test.each(refused)('%s %p is refused', (format, written) => {
  expect(toDecimal(format, written)).toBeUndefined();
});

test('signed and decimal text is read', () => {
  expect(toDecimal('american', '+575')).toBe(6.75);
  expect(toDecimal('american', '-110')).toBeCloseTo(1.909_090_909, 9);
  expect(toDecimal('malay', '-0.4')).toBeCloseTo(3.5, 12);
});

describe('for every price', () => {
  const price = fc.double({ min: 1.001, max: 10_000, noNaN: true });
  const close = (a: number | undefined, b: number) => Math.abs((a ?? Number.NaN) - b) <= 1e-9 * b;

  test('each format gives the price back', () => {
    fc.assert(
      fc.property(price, (decimal) => {
        expect(close(americanToDecimal(decimalToAmerican(decimal)), decimal)).toBe(true);
        expect(close(hongKongToDecimal(decimalToHongKong(decimal)), decimal)).toBe(true);
        expect(close(malayToDecimal(decimalToMalay(decimal)), decimal)).toBe(true);
        expect(close(indonesianToDecimal(decimalToIndonesian(decimal)), decimal)).toBe(true);
        expect(fractionalToDecimal(decimalToFractional(decimal)) ?? 0).toBeCloseTo(decimal, 3);
      }),
      { numRuns: 2_000 },
    );
  });

  test('fractions are reduced', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 200 }), (up, down) => {
        const [a, b] = decimalToFractional(1 + up / down)
          .split('/')
          .map(Number) as [number, number];
        expect(a * down).toBe(b * up);
        expect(gcd(a, b)).toBe(1);
      }),
    );
  });

  test('a longer price stays longer in decimal whatever it was written in', () => {
    fc.assert(
      fc.property(price, price, (a, b) => {
        fc.pre(a < b);
        expect(decimalToAmerican(a) < decimalToAmerican(b) || (a < 2 && b >= 2)).toBe(true);
        expect(decimalToHongKong(a)).toBeLessThan(decimalToHongKong(b));
      }),
    );
  });
});

test('nothing written makes a price that is not one', () => {
  const written = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.constantFrom('EVEN', '1/2', '-110'));
  fc.assert(
    fc.property(fc.constantFrom(...ODDS_FORMATS), written, (format, text) => {
      const decimal = toDecimal(format, text);
      expect(decimal === undefined || isPrice(decimal)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
