import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { matchId, providerId } from '../domain/ids.ts';
import type { MarketClaim } from '../domain/market.ts';
import type { Match } from '../domain/match.ts';
import { epochMs, hours, minutes } from '../domain/time.ts';
import type { MarketView } from '../domain/view.ts';
import { mergeMarkets, type SourceMarkets } from './merge-markets.ts';
import { defaultPolicy } from './policy.ts';

const NOW = epochMs(Date.UTC(2026, 0, 3, 12));

const match: Match = {
  id: matchId('m1'),
  sport: 'soccer',
  league: 'epl',
  leagueName: 'Premier League',
  home: { name: 'Ashford' },
  away: { name: 'Brampton' },
  startsAt: epochMs(NOW + hours(3)),
  startPrecision: 'minute',
  links: [],
  createdAt: NOW,
};

type Prices = readonly [home: number, draw: number, away: number];

const threeWay = (
  bookmaker: string,
  [home, draw, away]: Prices,
  more: Partial<MarketClaim> = {},
): MarketClaim => ({
  bookmaker,
  market: 'h2h',
  period: 'match',
  suspended: false,
  quotes: [
    { outcome: 'away', price: away },
    { outcome: 'draw', price: draw },
    { outcome: 'home', price: home },
  ],
  ...more,
});

const total = (bookmaker: string, line: number, over: number, under: number): MarketClaim => ({
  bookmaker,
  market: 'totals',
  period: 'match',
  line,
  suspended: false,
  quotes: [
    { outcome: 'over', price: over },
    { outcome: 'under', price: under },
  ],
});

const source = (provider: string, claims: readonly MarketClaim[], age = 0): SourceMarkets => ({
  provider: providerId(provider),
  claims,
  observedAt: epochMs(NOW - age),
});

const merge = (sources: readonly SourceMarkets[], previous: readonly MarketView[] = [], inPlay = false) =>
  mergeMarkets({ match, inPlay, previous, sources, now: NOW, policy: defaultPolicy });

describe('merging markets', () => {
  test('the best price of each outcome comes from any bookmaker of any provider', () => {
    const { views } = merge([
      source('p', [threeWay('acme', [2.1, 3.4, 3.5]), threeWay('bolt', [2.05, 3.5, 3.4])]),
      source('q', [threeWay('crown', [2.0, 3.3, 3.8])]),
    ]);
    expect(views).toHaveLength(1);
    const [view] = views;
    expect(view!.key).toBe('h2h_3_way');
    expect(
      view!.outcomes.map(({ name, best }) => [name, best!.price, best!.bookmaker, best!.provider]),
    ).toEqual([
      ['home', 2.1, 'acme', providerId('p')],
      ['draw', 3.5, 'bolt', providerId('p')],
      ['away', 3.8, 'crown', providerId('q')],
    ]);
    expect(view!.overround).toBeCloseTo(1 / 2.1 + 1 / 3.5 + 1 / 3.8 - 1, 12);
    const fair = view!.outcomes.map(({ fairProbability }) => fairProbability!);
    expect(fair.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(view!.outcomes[0]!.quotes).toHaveLength(3);
  });

  test('a bookmaker who comes by two providers counts once, the fresher time', () => {
    const sources = [
      source('p', [threeWay('acme', [2.5, 3.4, 3.5], { statedAt: epochMs(NOW - minutes(5)) })]),
      source('q', [threeWay('acme', [2.1, 3.4, 3.5], { statedAt: epochMs(NOW - minutes(1)) })], minutes(1)),
    ];
    const [view] = merge(sources).views;
    expect(view!.outcomes[0]!.quotes).toHaveLength(1);
    expect(view!.outcomes[0]!.best).toMatchObject({
      price: 2.1,
      provider: providerId('q'),
      at: NOW - minutes(1),
    });
  });

  test('lines, periods and two-way or three-way stay apart', () => {
    const { views } = merge([
      source('p', [
        total('acme', 2.5, 1.9, 1.9),
        total('acme', 3.5, 2.9, 1.4),
        threeWay('acme', [2, 3, 4]),
        threeWay('acme', [2, 3, 4], { period: 'first_half' }),
        {
          ...threeWay('acme', [2, 3, 4]),
          quotes: [
            { outcome: 'home', price: 1.5 },
            { outcome: 'away', price: 2.5 },
          ],
        },
      ]),
    ]);
    expect(views.map(({ key }) => key)).toEqual([
      'first_half:h2h_3_way',
      'h2h',
      'h2h_3_way',
      'totals:2.5',
      'totals:3.5',
    ]);
  });

  test('is suspended when every active book is, and then has no best price', () => {
    const one = merge([
      source('p', [threeWay('acme', [2, 3, 4], { suspended: true }), threeWay('bolt', [2, 3, 4.1])]),
    ]);
    expect(one.views[0]).toMatchObject({ status: 'open' });
    expect(one.views[0]!.outcomes[2]!.best!.bookmaker).toBe('bolt');
    const all = merge([source('p', [threeWay('acme', [2, 3, 4], { suspended: true })])]);
    expect(all.views[0]).toMatchObject({ status: 'suspended', overround: null });
    expect(all.views[0]!.outcomes.every(({ best }) => best === null)).toBe(true);
  });

  test('suspended, removed and returned are told apart, by bookmaker and for the market', () => {
    const open = merge([source('p', [threeWay('acme', [2, 3, 4]), threeWay('bolt', [2, 3, 4.1])])]);
    const marks = ({ views }: { readonly views: readonly MarketView[] }) =>
      views[0]!.outcomes[0]!.quotes.map(({ bookmaker, suspended }) => [bookmaker, suspended === true]);
    expect(marks(open)).toEqual([
      ['acme', false],
      ['bolt', false],
    ]);
    const half = merge(
      [source('p', [threeWay('acme', [2, 3, 4], { suspended: true }), threeWay('bolt', [2, 3, 4.1])])],
      open.views,
    );
    expect(half.changed).toHaveLength(1);
    expect(half.views[0]!.status).toBe('open');
    expect(marks(half)).toEqual([
      ['acme', true],
      ['bolt', false],
    ]);
    const removed = merge([source('p', [threeWay('acme', [2, 3, 4], { suspended: true })])], half.views);
    expect(removed.views[0]!.status).toBe('suspended');
    expect(marks(removed)).toEqual([['acme', true]]);
    expect(removed.views[0]!.returnedAt).toBeUndefined();
    const returned = merge([source('p', [threeWay('acme', [2, 3, 4])])], removed.views);
    expect(returned.changed[0]).toMatchObject({ status: 'open', returnedAt: NOW, lastChangedAt: NOW });
    const later = mergeMarkets({
      match,
      inPlay: false,
      previous: returned.views,
      sources: [source('p', [threeWay('acme', [2.1, 3, 4])])],
      now: epochMs(NOW + minutes(3)),
      policy: defaultPolicy,
    });
    expect(later.views[0]).toMatchObject({ returnedAt: NOW, lastChangedAt: NOW + minutes(3) });
  });

  test('a source that lags behind the others counts for less, in steps, and waiting alone moves nothing', () => {
    const sources = (lag: number) => [
      source('p', [threeWay('acme', [2.1, 3.4, 3.5])]),
      source('q', [threeWay('bolt', [1.9, 3.4, 4.1])], lag),
    ];
    const home = (lag: number) => merge(sources(lag), [], true).views[0]!.outcomes[0]!.fairProbability!;
    const quarter = defaultPolicy.quoteHorizon.inPlay / 4;
    expect(home(quarter - 1)).toBe(home(0));
    expect(home(quarter)).toBeLessThan(home(0));
    expect(home(3 * quarter)).toBeLessThan(home(quarter));
    const { views } = merge(sources(quarter), [], true);
    const waited = { match, inPlay: true, previous: views, now: epochMs(NOW + 2 * quarter) };
    expect(mergeMarkets({ ...waited, sources: sources(quarter), policy: defaultPolicy }).changed).toEqual([]);
  });

  test('a market that nobody offers any more is removed; a silent source only makes it stale', () => {
    const first = merge([source('p', [threeWay('acme', [2, 3, 4]), total('acme', 2.5, 1.9, 1.9)])]);
    const second = merge([source('p', [threeWay('acme', [2, 3, 4])])], first.views);
    expect(second.removed).toEqual(['totals:2.5']);
    expect(second.changed).toEqual([]);
    const silent = merge([source('p', [threeWay('acme', [2, 3, 4])], minutes(2))], second.views, true);
    expect(silent.removed).toEqual([]);
    expect(silent.changed[0]).toMatchObject({ stale: 'sources_silent', status: 'open' });
    expect(silent.changed[0]!.outcomes[0]!.best).toBeNull();
    expect(silent.changed[0]!.outcomes[0]!.quotes).toHaveLength(1);
    expect(silent.changed[0]!.confidence).toBeLessThan(second.views[0]!.confidence);
  });

  test('quotes of a provider that is not heard yet after a restart stand until they are too old', () => {
    const { views } = merge([
      source('p', [threeWay('acme', [2, 3, 4]), total('acme', 2.5, 1.9, 1.9)], minutes(1)),
      source('q', [threeWay('bolt', [2.1, 3, 4])], minutes(1)),
    ]);
    const restarted = merge([source('q', [threeWay('bolt', [2.1, 3, 4])])], views);
    expect(restarted).toMatchObject({ removed: [], changed: [] });
    expect(restarted.views[0]!.outcomes[0]!.quotes).toHaveLength(2);
    expect(merge([source('q', [threeWay('bolt', [2.1, 3, 4])]), source('p', [])], views).removed).toEqual([
      'totals:2.5',
    ]);
    const tooOld = merge([source('q', [threeWay('bolt', [2.1, 3, 4])])], views, true);
    expect(tooOld.views[0]!.outcomes[0]!.quotes).toHaveLength(2);
    const later = { match, inPlay: true, previous: views, now: epochMs(NOW + 1), policy: defaultPolicy };
    expect(
      mergeMarkets({ ...later, sources: [source('q', [threeWay('bolt', [2.1, 3, 4])])] }).removed,
    ).toEqual(['totals:2.5']);
  });

  test('a price that is too old in play gives way to a worse one that is fresh', () => {
    const sources = [
      source('p', [threeWay('acme', [2.6, 3, 4])], minutes(2)),
      source('q', [threeWay('bolt', [2.2, 3, 4])]),
    ];
    expect(merge(sources, [], true).views[0]!.outcomes[0]!.best!.price).toBe(2.2);
    expect(merge(sources, [], false).views[0]!.outcomes[0]!.best!.price).toBe(2.6);
  });

  test('says when the first source falls silent', () => {
    const horizon = defaultPolicy.quoteHorizon.inPlay;
    const sources = [
      source('p', [threeWay('acme', [2, 3, 4])], 5_000),
      source('q', [threeWay('bolt', [2, 3, 4])]),
    ];
    expect(merge(sources, [], true).reconsiderAt).toBe(epochMs(NOW - 5_000 + horizon + 1));
  });

  test('the time of the last change moves with prices and status, not with times or repetition', () => {
    const before = merge([source('p', [threeWay('acme', [2, 3, 4])])]).views.map((view) => ({
      ...view,
      lastChangedAt: epochMs(NOW - minutes(9)),
    }));
    const same = merge([source('p', [threeWay('acme', [2, 3, 4], { statedAt: NOW })])], before);
    expect(same.changed).toEqual([]);
    expect(same.views[0]!.lastChangedAt).toBe(epochMs(NOW - minutes(9)));
    const moved = merge([source('p', [threeWay('acme', [2.02, 3, 4])])], before);
    expect(moved.changed).toHaveLength(1);
    expect(moved.views[0]!.lastChangedAt).toBe(NOW);
  });

  test('prices that cannot be are left out, and a part of a book gives no fair price', () => {
    const bad = threeWay('bad', [1, Number.NaN, -3]);
    expect(merge([source('p', [bad])]).views).toEqual([]);
    const part = { ...threeWay('part', [2, 3, 4]), quotes: [{ outcome: 'home', price: 9 }] };
    const [view] = merge([source('p', [bad, threeWay('acme', [2, 3, 4])])]).views;
    expect(view!.outcomes.map(({ quotes }) => quotes.length)).toEqual([1, 1, 1]);
    const [alone] = merge([source('p', [part])]).views;
    expect(alone!.basis).toBeUndefined();
    expect(alone).toMatchObject({
      overround: null,
      outcomes: [{ fairProbability: null, best: { price: 9 } }],
    });
  });

  test('one book far off does not move the fair price, and more books that agree are surer', () => {
    const agreed: Prices[] = [
      [2.0, 3.5, 3.9],
      [2.02, 3.45, 3.85],
      [1.98, 3.5, 4.0],
      [2.01, 3.5, 3.9],
    ];
    const books = agreed.map((prices, at) => threeWay(`b${at}`, prices));
    const [clean] = merge([source('p', books)]).views;
    const [dirty] = merge([source('p', [...books, threeWay('wild', [3.9, 3.5, 2.0])])]).views;
    expect(dirty!.outcomes[0]!.fairProbability).toBeCloseTo(clean!.outcomes[0]!.fairProbability!, 12);
    expect(clean!.basis).toMatchObject({ method: 'goto', books: 4, leftOut: 0 });
    expect(dirty!.basis).toMatchObject({ books: 4, leftOut: 1, dispersion: clean!.basis!.dispersion });
    const [alone] = merge([source('p', books.slice(0, 1))]).views;
    expect(clean!.confidence).toBeGreaterThan(alone!.confidence);
  });

  test('the order of sources and duplicates change nothing', () => {
    const price = fc.double({ min: 1.01, max: 30, noNaN: true });
    const claim = fc
      .record({ book: fc.constantFrom('a', 'b', 'c'), h: price, d: price, w: price, suspended: fc.boolean() })
      .map(({ book, h, d, w, suspended }) => threeWay(book, [h, d, w], { suspended }));
    const some = fc.uniqueArray(
      fc
        .record({ provider: fc.constantFrom('p', 'q', 'r', 's'), age: fc.nat(90_000), claim })
        .map(({ provider, age, claim: one }) => source(provider, [one], age)),
      { selector: ({ provider }) => provider, minLength: 1 },
    );
    fc.assert(
      fc.property(some, (sources) => {
        const straight = merge(sources, [], true);
        expect(merge([...sources].reverse(), [], true)).toEqual(straight);
        expect(merge([...sources, ...sources], [], true)).toEqual(straight);
        expect(merge(sources, straight.views, true).changed).toEqual([]);
        for (const view of straight.views) {
          expect(view.confidence).toBeGreaterThan(0);
          expect(view.confidence).toBeLessThan(1);
        }
      }),
    );
  });
});
