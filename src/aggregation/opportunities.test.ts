import { describe, expect, test } from 'bun:test';
import { matchId, providerId } from '../domain/ids.ts';
import type { MarketClaim, MarketPeriod, MarketType } from '../domain/market.ts';
import { epochMs, hours, type Millis, minutes, seconds } from '../domain/time.ts';
import type { MarketView } from '../domain/view.ts';
import { mergeMarkets } from './merge-markets.ts';
import { opportunitiesIn } from './opportunities.ts';
import { defaultPolicy } from './policy.ts';

const NOW = epochMs(Date.UTC(2026, 0, 3, 12));

const NAMES: Readonly<Record<MarketType, readonly (readonly string[])[]>> = {
  h2h: [[], [], ['home', 'away'], ['home', 'draw', 'away']],
  totals: [[], [], ['over', 'under']],
  spreads: [[], [], ['home', 'away'], ['home', 'draw', 'away']],
  outrights: [],
};
const RUNNERS = ['Abbot', 'Birch', 'Cole', 'Dane'];

interface Book {
  /** In the order of the outcomes; 0 for one that he does not offer. */
  readonly prices: readonly number[];
  readonly market?: MarketType;
  readonly line?: number;
  readonly period?: MarketPeriod;
  readonly age?: Millis;
  readonly suspended?: boolean;
}

/** The books' offers as their markets stand after a merge; each book has a provider of his own. */
function merged(books: readonly Book[], inPlay: boolean): readonly MarketView[] {
  const sources = books.map((book, at) => {
    const { prices, market = 'h2h', line, period = 'match', age = 0, suspended = false } = book;
    const names = market === 'outrights' ? RUNNERS : (NAMES[market][prices.length] ?? []);
    const claim: MarketClaim = {
      bookmaker: `book${at}`,
      market,
      period,
      suspended,
      ...(line === undefined ? {} : { line }),
      quotes: prices.flatMap((price, place) => (price === 0 ? [] : { outcome: names[place] ?? '', price })),
    };
    return { provider: providerId(`p${at}`), claims: [claim], observedAt: epochMs(NOW - age) };
  });
  const match = {
    id: matchId('m1'),
    sport: 'soccer' as const,
    league: 'epl',
    leagueName: 'Premier League',
    home: { name: 'Ashford' },
    away: { name: 'Brampton' },
    startsAt: epochMs(NOW + hours(3)),
    startPrecision: 'minute' as const,
    links: [],
    createdAt: NOW,
  };
  return mergeMarkets({ match, inPlay, previous: [], sources, now: NOW, policy: defaultPolicy }).views;
}

/** `arbitrage best_prices 0.988: home book0 2.1, away book1 1.95`, one for each opportunity. */
const told = (books: readonly Book[], inPlay = false): string[] =>
  merged(books, inPlay).flatMap((market) =>
    opportunitiesIn(market, inPlay, NOW).map(({ kind, reason, inverseSum, legs }) => {
      const parts = legs.map(({ outcome, quote }) => `${outcome} ${quote.bookmaker} ${quote.price}`);
      return `${kind} ${reason}${inverseSum === null ? '' : ` ${inverseSum.toFixed(3)}`}: ${parts.join(', ')}`;
    }),
  );

const ARBITRAGE = 'arbitrage best_prices 0.989: home book0 2.1, away book1 1.95';
const TWO: readonly Book[] = [{ prices: [2.1, 1.78] }, { prices: [1.95, 1.95] }];
const aged = (age: Millis): readonly Book[] => TWO.map((book, at) => (at === 0 ? { ...book, age } : book));
const THREE: readonly Book[] = [
  { prices: [2.0, 3.5, 3.9] },
  { prices: [2.02, 3.45, 3.85] },
  { prices: [1.98, 3.5, 4.0] },
];

describe('opportunities', () => {
  const planted: { name: string; given: readonly Book[]; inPlay?: boolean; expected: readonly string[] }[] = [
    { name: 'two books', given: TWO, expected: [ARBITRAGE] },
    { name: 'two books in play', given: TWO, inPlay: true, expected: [ARBITRAGE] },
    { name: 'as old as may be, before', given: aged(seconds(60)), expected: [ARBITRAGE] },
    { name: 'too old, before', given: aged(seconds(60) + 1), expected: [] },
    { name: 'as old as may be, in play', given: aged(seconds(5)), inPlay: true, expected: [ARBITRAGE] },
    { name: 'too old in play', given: aged(seconds(5) + 1), inPlay: true, expected: [] },
    { name: 'long silent', given: aged(minutes(90)), expected: [] },
    {
      name: 'a leg suspended',
      given: [TWO[0]!, { ...TWO[1]!, suspended: true }],
      expected: [],
    },
    { name: 'all suspended', given: TWO.map((book) => ({ ...book, suspended: true })), expected: [] },
    { name: 'nothing below 1', given: [{ prices: [2.0, 1.85] }, { prices: [1.9, 1.95] }], expected: [] },
    { name: 'exactly 1', given: [{ prices: [2.0, 1.9] }, { prices: [1.9, 2.0] }], expected: [] },
    {
      name: 'three outcomes of three books',
      given: [{ prices: [2.2, 3.3, 3.6] }, { prices: [2.05, 3.65, 3.7] }, { prices: [2.1, 3.4, 3.8] }],
      expected: ['arbitrage best_prices 0.992: home book0 2.2, draw book1 3.65, away book2 3.8'],
    },
    {
      name: 'other lines',
      given: [
        { prices: [2.1, 1.78], market: 'totals', line: 2.5 },
        { prices: [1.95, 1.95], market: 'totals', line: 3 },
      ],
      expected: [],
    },
    {
      name: 'the same line',
      given: [
        { prices: [2.1, 1.78], market: 'totals', line: 2.5 },
        { prices: [1.78, 2.0], market: 'totals', line: 2.5 },
      ],
      expected: ['arbitrage best_prices 0.976: over book0 2.1, under book1 2'],
    },
    {
      name: 'the same line with each side from one book',
      given: [
        { prices: [2.1, 0], market: 'spreads', line: -1.5 },
        { prices: [0, 1.95], market: 'spreads', line: -1.5 },
      ],
      expected: ['arbitrage best_prices 0.989: home book0 2.1, away book1 1.95'],
    },
    {
      name: 'other periods',
      given: [
        { prices: [2.1, 1.78], market: 'totals', line: 1.5 },
        { prices: [1.78, 2.0], market: 'totals', line: 1.5, period: 'first_half' },
      ],
      expected: [],
    },
    {
      name: 'other rules: a handicap with a draw and one without',
      given: [
        { prices: [3.3, 1.36], market: 'spreads', line: -1 },
        { prices: [2.8, 3.9, 2.5], market: 'spreads', line: -1 },
      ],
      expected: [],
    },
    {
      name: 'home and away left of a three-way market',
      given: [{ prices: [2.2, 3.6] }, { prices: [2.1, 3.7] }],
      expected: [],
    },
    {
      name: 'runners that are not all of them',
      given: [
        { prices: [4, 5, 6, 9], market: 'outrights' },
        { prices: [4.1, 5.1, 6.1, 8], market: 'outrights' },
      ],
      expected: [],
    },
    {
      name: 'runners on whom books take a margin',
      given: [
        { prices: [3.5, 3.6, 4.1, 4.6], market: 'outrights' },
        { prices: [3.8, 3.7, 3.9, 4.5], market: 'outrights' },
      ],
      expected: [
        'arbitrage best_prices 0.995: Abbot book1 3.8, Birch book1 3.7, Cole book0 4.1, Dane book0 4.6',
      ],
    },
    {
      name: 'more than books ever give away',
      given: [{ prices: [2.3, 1.7] }, { prices: [1.95, 1.95] }],
      expected: ['probable_price_error too_good 0.948: home book0 2.3, away book1 1.95'],
    },
    {
      name: 'one book at a loss with all of it',
      given: [{ prices: [2.05, 1.98] }, { prices: [1.95, 1.9] }],
      expected: ['probable_price_error one_book 0.993: home book0 2.05, away book0 1.98'],
    },
    {
      name: 'a book 20 % above the fair price, three others agreeing',
      given: [...THREE, { prices: [2.02, 3.45, 4.9] }],
      expected: ['probable_price_error off_consensus: away book3 4.9'],
    },
    {
      name: 'a misprint by ten',
      given: [...THREE, { prices: [20.2, 3.45, 3.85] }],
      expected: ['probable_price_error off_consensus: home book3 20.2'],
    },
    {
      name: 'a book with its sides swapped',
      given: [...THREE, { prices: [3.85, 3.45, 2.02] }],
      expected: ['probable_price_error off_consensus: home book3 3.85, away book3 2.02'],
    },
    {
      name: 'a book 30 % below the others',
      given: [...THREE, { prices: [1.45, 3.45, 3.85] }],
      expected: ['probable_price_error off_consensus: home book3 1.45'],
    },
    {
      name: 'a book far off that is suspended',
      given: [...THREE, { prices: [2.02, 3.45, 4.9], suspended: true }],
      expected: [],
    },
    {
      name: 'a suspended and an old leg, better than those of an arbitrage',
      given: [...TWO, { prices: [2.12, 1.7], suspended: true }, { prices: [1.7, 1.97], age: minutes(2) }],
      expected: [ARBITRAGE],
    },
    {
      name: 'a book far off that is old',
      given: [...THREE, { prices: [2.02, 3.45, 4.9], age: minutes(2) }],
      expected: [],
    },
    {
      name: 'a book 8 % above the fair price, within a whole market',
      given: [...THREE, { prices: [1.9, 3.3, 4.3] }],
      expected: [],
    },
    {
      name: 'an outsider with a low price, as books like',
      given: [
        { prices: [1.09, 11, 26] },
        { prices: [1.1, 10.5, 25] },
        { prices: [1.08, 11, 29] },
        { prices: [1.09, 11, 17] },
      ],
      expected: [],
    },
    {
      name: 'an arbitrage between the others beside an error',
      given: [
        { prices: [2.08, 3.5, 3.9] },
        { prices: [2.0, 3.75, 3.85] },
        { prices: [1.98, 3.5, 4.05] },
        { prices: [2.0, 3.5, 7] },
      ],
      expected: [
        'probable_price_error off_consensus: away book3 7',
        'arbitrage best_prices 0.994: home book0 2.08, draw book1 3.75, away book2 4.05',
      ],
    },
    {
      name: 'two that differ cannot say who is wrong',
      given: [{ prices: [2.0, 3.5, 3.9] }, { prices: [2.02, 3.45, 5.5] }],
      expected: ['probable_price_error too_good 0.963: home book1 2.02, draw book0 3.5, away book1 5.5'],
    },
  ];
  for (const { name, given, inPlay = false, expected } of planted)
    test(name, () => {
      expect(told(given, inPlay)).toEqual([...expected]);
      // Whoever comes first.
      const renamed = told([...given].reverse(), inPlay);
      expect(renamed).toHaveLength(expected.length);
    });

  test('stakes make every outcome pay the same', () => {
    const [market] = merged(TWO, false);
    const [found] = opportunitiesIn(market!, false, NOW);
    expect(found!.legs.reduce((sum, { stake }) => sum + stake!, 0)).toBeCloseTo(1, 12);
    for (const { quote, stake } of found!.legs)
      expect(stake! * quote.price).toBeCloseTo(1 / found!.inverseSum!, 12);
  });

  test('age counts from the asking, not from the merge', () => {
    const [market] = merged(TWO, false);
    expect(opportunitiesIn(market!, false, epochMs(NOW + seconds(61)))).toEqual([]);
  });
});
