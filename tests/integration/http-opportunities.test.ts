import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mergeMarkets, type SourceMarkets } from '../../src/aggregation/merge-markets.ts';
import { defaultPolicy } from '../../src/aggregation/policy.ts';
import { providerId } from '../../src/domain/ids.ts';
import type { Match } from '../../src/domain/match.ts';
import { after, epochMs, hours, type Millis, seconds } from '../../src/domain/time.ts';
import { anApi } from '../support/api.ts';
import { aMatch, positionOf, scoreChange } from '../support/views.ts';

let api: ReturnType<typeof anApi>;
beforeEach(() => {
  api = anApi();
});
afterEach(() => api.server.stop());

const LATER = epochMs(Date.parse('2026-01-03T18:00:00Z'));
const aLaterMatch = (id: string, changes: Partial<Match> = {}) => aMatch(id, { startsAt: LATER, ...changes });

type Book = readonly [over: number, under: number];
const ARBITRAGE: readonly Book[] = [
  [2.1, 1.78],
  [1.95, 1.95],
];

/** Shows the books' totals of 2.5 as merged now, each book's seen `age` ago. */
async function offer(match: Match, books: readonly Book[], age: Millis = 0, lines = [2.5]): Promise<void> {
  const now = api.clock.now();
  const sources = books.map(
    ([over, under], at): SourceMarkets => ({
      provider: providerId(`p${at}`),
      observedAt: after(now, -age),
      claims: lines.map((line) => ({
        bookmaker: `book${at}`,
        market: 'totals',
        period: 'match',
        line,
        suspended: false,
        quotes: [
          { outcome: 'over', price: over },
          { outcome: 'under', price: under },
        ],
      })),
    }),
  );
  const merge = { match, inPlay: false, previous: [], sources, now, policy: defaultPolicy };
  await api.markets(match, mergeMarkets(merge).views);
}

const read = async (query = '', sport = 'soccer') => {
  const answer = await api.get(`/api/markets/${sport}/opportunities${query}`);
  expect(answer.statusCode).toBe(200);
  return answer.json();
};

describe('opportunities', () => {
  test('an arbitrage with its legs, stakes and ages', async () => {
    await offer(aLaterMatch('m-1'), ARBITRAGE, seconds(2));
    const { opportunities, ...list } = await read();
    expect(list).toEqual({ sport: 'soccer', league: null, nextCursor: null });
    expect(opportunities).toHaveLength(1);
    const [{ legs, inverseSum, return: gain, ...found }] = opportunities;
    expect(found).toEqual({
      kind: 'arbitrage',
      reason: 'best_prices',
      marketId: 'm-1:totals:2.5',
      matchId: 'm-1',
      homeTeam: 'Northgate Rovers',
      awayTeam: 'Harbour Athletic',
      startsAt: '2026-01-03T18:00:00.000Z',
      market: 'totals',
      period: 'match',
      line: 2.5,
    });
    expect(inverseSum).toBeCloseTo(1 / 2.1 + 1 / 1.95, 12);
    expect(gain).toBeCloseTo(1 / inverseSum - 1, 12);
    expect(legs).toHaveLength(2);
    expect(legs[0]).toEqual({
      outcome: 'over',
      price: 2.1,
      fairPrice: null,
      bookmaker: 'book0',
      provider: 'p0',
      at: '2026-01-03T14:59:58.000Z',
      ageMs: 2_000,
      stake: expect.closeTo(1 / 2.1 / inverseSum, 12),
    });
  });

  test('goes with the age of a leg: a minute before the start, five seconds in play', async () => {
    const match = aLaterMatch('m-1');
    await offer(match, ARBITRAGE);
    await api.clock.advance(seconds(60));
    expect((await read()).opportunities).toHaveLength(1);
    await api.clock.advance(seconds(1));
    expect((await read()).opportunities).toEqual([]);

    await offer(match, ARBITRAGE);
    await api.live.commit({
      ...scoreChange(api.live, match, 0),
      basedOn: positionOf(api.live, match.id),
    });
    await api.clock.advance(seconds(5));
    expect((await read()).opportunities).toHaveLength(1);
    await api.clock.advance(seconds(1));
    expect((await read()).opportunities).toEqual([]);
  });

  test('a match that should have begun and of which nobody has spoken counts as in play', async () => {
    await offer(aMatch('m-1', { startsAt: after(LATER, -hours(6)) }), ARBITRAGE, seconds(6));
    expect((await read()).opportunities).toEqual([]);
  });

  test('by league, kind and sport, in the format asked for', async () => {
    await offer(aLaterMatch('m-1'), ARBITRAGE);
    await offer(aLaterMatch('m-2', { league: 'laliga' }), [
      [3, 1.7],
      [1.95, 1.95],
    ]);
    await offer(aLaterMatch('m-3', { sport: 'tennis', league: 'atp' }), ARBITRAGE);
    const ids = async (query: string, sport?: string) =>
      (await read(query, sport)).opportunities.map(({ matchId }: { matchId: string }) => matchId);
    expect(await ids('')).toEqual(['m-1', 'm-2']);
    expect(await ids('?league=laliga')).toEqual(['m-2']);
    expect(await ids('?kind=arbitrage')).toEqual(['m-1']);
    expect(await ids('?kind=probable_price_error')).toEqual(['m-2']);
    expect(await ids('?market=h2h')).toEqual([]);
    expect(await ids('', 'tennis')).toEqual(['m-3']);
    expect((await read('?format=american')).opportunities[0].legs[0].price).toBe(110);
  });

  test('pages hold every one once', async () => {
    await offer(aLaterMatch('m-1'), ARBITRAGE, 0, [0.5, 1.5, 2.5, 3.5, 4.5]);
    await offer(aLaterMatch('m-2'), ARBITRAGE, 0, [0.5, 1.5]);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { opportunities: { marketId: string }[]; nextCursor: string | null } = await read(
        `?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.opportunities.length).toBeLessThanOrEqual(3);
      seen.push(...page.opportunities.map(({ marketId }) => marketId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  const REFUSED: readonly [string, number, string][] = [
    ['/api/markets/quidditch/opportunities', 404, 'SPORT_NOT_FOUND'],
    ['/api/markets/__proto__/opportunities', 404, 'SPORT_NOT_FOUND'],
    ['/api/markets/soccer/opportunities?kind=gift', 400, 'VALIDATION_FAILED'],
    ['/api/markets/soccer/opportunities?limit=201', 400, 'VALIDATION_FAILED'],
    ['/api/markets/soccer/opportunities?cursor=zzz', 400, 'VALIDATION_FAILED'],
    ['/api/markets/soccer/opportunities?more=1', 400, 'VALIDATION_FAILED'],
    ['/api/markets/soccer/opportunities?league=EPL', 400, 'VALIDATION_FAILED'],
    ['/api/markets/soccer/opportunities?format=roman', 400, 'VALIDATION_FAILED'],
  ];
  for (const [url, status, code] of REFUSED)
    test(`${url}: ${code}`, async () => {
      const answer = await api.get(url);
      expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    });

  test('answers are kept for a second and can be asked for again', async () => {
    await offer(aLaterMatch('m-1'), ARBITRAGE);
    const first = await api.get('/api/markets/soccer/opportunities');
    expect(first.headers['cache-control']).toBe('public, max-age=1');
    const again = await api.get('/api/markets/soccer/opportunities', {
      'if-none-match': String(first.headers.etag),
    });
    expect(again.statusCode).toBe(304);
  });
});
