import { expect, test } from 'bun:test';
import { providerId } from '../domain/ids.ts';
import type { MarketClaim } from '../domain/market.ts';
import { epochMs, hours } from '../domain/time.ts';
import { SourceOffers } from './source-offers.ts';

const claim = (bookmaker: string, line: number, price: number): MarketClaim => ({
  bookmaker,
  market: 'totals',
  period: 'match',
  line,
  suspended: false,
  quotes: [
    { outcome: 'over', price },
    { outcome: 'under', price: 2 },
  ],
});

const T = epochMs(1_000_000);
const at = (span: number) => epochMs(T + span);
const offered = (offers: SourceOffers) =>
  offers
    .list()
    .flatMap(({ claims, observedAt }) =>
      claims.map((one) => `${one.bookmaker} ${one.line} ${one.quotes[0]?.price} ${observedAt - T}`),
    );

test('a part replaces its own market, and leaves the age of the others alone', () => {
  const offers = new SourceOffers(providerId('desk'));
  expect(offers.take([claim('a', 2.5, 1.8), claim('b', 2.5, 1.9)], at(0), false)).toBe(true);
  expect(offers.take([claim('a', 2.5, 1.7)], at(5), true)).toBe(true);
  expect(offers.take([claim('a', 3.5, 3)], at(6), true)).toBe(true);
  expect(offered(offers)).toEqual(['b 2.5 1.9 0', 'a 2.5 1.7 5', 'a 3.5 3 6']);
});

test('the whole takes the place of all that was said', () => {
  const offers = new SourceOffers(providerId('desk'));
  offers.take([claim('a', 2.5, 1.8)], at(0), true);
  offers.take([claim('b', 2.5, 1.9)], at(1), false);
  expect(offered(offers)).toEqual(['b 2.5 1.9 1']);
});

test('what is older than what was heard is passed over', () => {
  const offers = new SourceOffers(providerId('desk'));
  offers.take([claim('a', 2.5, 1.8)], at(5), true);
  expect(offers.take([claim('a', 2.5, 1.5)], at(4), true)).toBe(false);
  expect(offered(offers)).toEqual(['a 2.5 1.8 5']);
});

test('lines that were left behind are forgotten, by age and by number', () => {
  const offers = new SourceOffers(providerId('desk'));
  offers.take([claim('a', 2.5, 1.8)], at(0), true);
  offers.take([claim('a', 3.5, 1.8)], at(hours(7)), true);
  expect(offered(offers)).toEqual([`a 3.5 1.8 ${hours(7)}`]);
  for (let line = 0; line < 600; line++) offers.take([claim('a', line, 2)], at(hours(8)), true);
  expect(offered(offers)).toHaveLength(500);
});
