import { expect, test } from 'bun:test';
import { decimalPrice, FormatEvidence, type PriceFormat, requestedFormat } from './prices.ts';

test.each<[string, readonly number[], PriceFormat | undefined, PriceFormat]>([
  ['american', [-110, 150], undefined, 'american'],
  ['american, decimal was asked for', [-110, 150], 'decimal', 'american'],
  ['decimal with a long shot', [1.05, 151], undefined, 'decimal'],
  ['decimal, american was asked for', [1.9, 1.9, 150], 'american', 'decimal'],
  ['only underdogs', [110, 150, 220], undefined, 'american'],
  ['only long shots, decimal was asked for', [110, 150, 220], 'decimal', 'decimal'],
  ['american with a slip', [-110, -120, 150, 1.9], undefined, 'american'],
  ['decimal with a slip', [1.9, 2.1, -110], undefined, 'decimal'],
  ['as many of both', [1.9, -110], 'american', 'american'],
  ['nothing that tells', [0, 1, -5], undefined, 'decimal'],
  ['nothing', [], undefined, 'decimal'],
])('a body of %s', (_name, prices, requested, format) => {
  const evidence = new FormatEvidence();
  for (const price of prices) evidence.add(price);
  expect(evidence.format(requested)).toBe(format);
});

test.each<[number, PriceFormat, number | undefined]>([
  [150, 'american', 2.5],
  [-200, 'american', 1.5],
  [100, 'american', 2],
  [1.9, 'american', undefined],
  [1.9, 'decimal', 1.9],
  [1, 'decimal', undefined],
  [-110, 'decimal', undefined],
  [1e300, 'decimal', undefined],
])('%d in %s is %p', (price, format, decimal) => {
  expect(decimalPrice(price, format)).toBe(decimal);
});

test.each<[string, PriceFormat | undefined]>([
  ['/v4/sports/x/odds?regions=us&oddsFormat=american', 'american'],
  ['/v4/sports/x/odds?oddsFormat=decimal', 'decimal'],
  ['/v4/sports/x/odds?oddsFormat=roman', undefined],
  ['/v4/sports/x/odds', undefined],
])('%s asks for %p', (path, format) => {
  expect(requestedFormat(path)).toBe(format);
});
