import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { days, epochMs, hours } from '../../src/domain/time.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { anApi, aPricedMarket, aTask } from '../support/api.ts';
import { aLink, aMatch, aScore, scoreChange } from '../support/views.ts';

const NOON = Date.parse('2026-01-03T12:00:00Z');
let api: ReturnType<typeof anApi>;
beforeEach(() => {
  api = anApi();
});
afterEach(() => api.server.stop());

const json = async (url: string) => (await api.get(url)).json();

/** All items of a paged list, following its cursors. */
async function follow(url: string, field: string): Promise<{ items: never[]; pages: number }> {
  const items: never[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const answer = await api.get(cursor === null ? url : `${url}&cursor=${cursor}`);
    const page = answer.json();
    items.push(...(page[field] as never[]));
    cursor = page.nextCursor;
    const linked = /^<(.*)>; rel="next"$/.exec(String(answer.headers.link ?? ''))?.[1];
    expect(linked === undefined).toBe(cursor === null);
    if (linked !== undefined) expect(new URL(linked, 'http://a').searchParams.get('cursor')).toBe(cursor);
    pages++;
  } while (cursor !== null);
  return { items, pages };
}

describe('scores', () => {
  test('a match before any source has spoken', async () => {
    await api.live.putMatch(aMatch('m-1'), 1);
    expect(await json('/api/scores/m-1')).toEqual({
      matchId: 'm-1',
      sport: 'soccer',
      league: 'epl',
      homeTeam: 'Northgate Rovers',
      awayTeam: 'Harbour Athletic',
      startsAt: '2026-01-03T12:00:00.000Z',
      status: 'scheduled',
      period: null,
      clock: null,
      score: null,
      shootout: null,
      confidence: 0,
      sources: [],
      stale: false,
      staleReason: null,
      epoch: 'e1',
      seq: 0,
      updatedAt: '2026-01-03T12:00:00.000Z',
    });
  });

  test('a match in play, by our id and by a provider’s', async () => {
    await api.score(aMatch('m-1', { links: [aLink('api-football', '77:a b')] }), 2);
    const score = await json('/api/scores/m-1');
    expect(score).toMatchObject({ status: 'live', score: { home: 2, away: 0 }, confidence: 0.9, seq: 1 });
    expect(score.sources).toEqual([
      { provider: 'espn', score: { home: 2, away: 0 }, status: 'live', ageMs: hours(3), agrees: true },
    ]);
    expect(await json('/api/scores/api-football:77:a%20b')).toEqual(score);
  });

  test('a match that is no longer live is answered from the history', async () => {
    const match = aMatch('m-old');
    api.history.known.set(match.id, match);
    expect(await json('/api/scores/m-old')).toMatchObject({ status: 'scheduled', score: null, seq: 0 });
    api.history.entries.push({
      matchId: match.id,
      stream: 'scores',
      position: { epoch: 'e0', seq: 9 },
      kind: 'score_update',
      at: epochMs(NOON),
      view: aScore(3, 1, { status: 'finished' }),
    });
    expect(await json('/api/scores/m-old')).toMatchObject({
      status: 'finished',
      score: { home: 3, away: 1 },
      epoch: 'e0',
      seq: 9,
    });
    expect(await json('/api/matches/m-old')).toMatchObject({ status: 'finished', seq: 9 });
  });

  test('filters', async () => {
    await api.score(aMatch('m-1'), 1);
    await api.score(aMatch('m-2', { league: 'laliga' }), 1);
    await api.score(aMatch('m-3', { sport: 'american_football', league: 'nfl' }), 1);
    await api.live.putMatch(aMatch('m-4', { sport: 'tennis', league: 'atp' }), 1);
    const ids = async (query: string) =>
      (await json(`/api/scores?${query}`)).scores.map(({ matchId }: { matchId: string }) => matchId);
    expect(await ids('')).toEqual(['m-1', 'm-2', 'm-3', 'm-4']);
    expect(await ids('sport=football')).toEqual(['m-1', 'm-2', 'm-3']);
    expect(await ids('sport=football&league=nfl')).toEqual(['m-3']);
    expect(await ids('sport=soccer')).toEqual(['m-1', 'm-2']);
    expect(await ids('status=scheduled')).toEqual(['m-4']);
    expect(await ids('league=nobody')).toEqual([]);
  });
});

describe('while the history is away', () => {
  const away = new StoreError('STORE_UNAVAILABLE', 'no connection to 10.0.0.7');

  test('live matches are served', async () => {
    api.history.fails = away;
    await api.score(aMatch('m-1'), 1);
    expect((await api.get('/api/scores/m-1')).statusCode).toBe(200);
  });

  for (const url of ['/api/scores/m-9', '/api/matches/m-9', '/api/matches/m-9/history'])
    test(`${url} is a 503 that says when to come back`, async () => {
      api.history.fails = away;
      const answer = await api.get(url);
      expect([answer.statusCode, answer.json().code]).toEqual([503, 'UNAVAILABLE']);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(answer.body).not.toContain('10.0.0.7');
    });

  test('a store that refuses for good is a fault of ours, not a reason to come back', async () => {
    api.history.fails = new StoreError('STORE_REJECTED', 'column does not exist');
    const answer = await api.get('/api/scores/m-9');
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([500, undefined]);
  });

  test('a fault of ours is a 500 without its text', async () => {
    api.history.fails = new TypeError('secret is undefined');
    const answer = await api.get('/api/scores/m-9');
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'INTERNAL']);
    expect(answer.body).not.toContain('secret');
  });
});

describe('matches', () => {
  test('with their links, on the day asked for, in the order of their start', async () => {
    await api.live.putMatch(aMatch('m-late', { startsAt: epochMs(NOON + hours(5)) }), 1);
    await api.live.putMatch(aMatch('m-next-day', { startsAt: epochMs(NOON + days(1)) }), 1);
    await api.live.putMatch(aMatch('m-early', { links: [aLink('espn', '7'), aLink('acme', 'x')] }), 1);
    const { matches } = await json('/api/matches?date=2026-01-03');
    expect(matches.map(({ matchId }: { matchId: string }) => matchId)).toEqual(['m-early', 'm-late']);
    expect(matches[0].links).toEqual([
      { provider: 'espn', externalId: '7' },
      { provider: 'acme', externalId: 'x' },
    ]);
    expect(await json('/api/matches/acme:x')).toEqual(matches[0]);
  });

  test('pages hold every match once, also those that start together', async () => {
    for (let n = 0; n < 23; n++) await api.live.putMatch(aMatch(`m-${n}`), 1);
    const { items, pages } = await follow('/api/matches?limit=5&sport=soccer', 'matches');
    expect(pages).toBe(5);
    expect(new Set(items.map(({ matchId }) => matchId)).size).toBe(23);
    expect((await follow('/api/scores?limit=4', 'scores')).items).toHaveLength(23);
  });

  test('a list without a limit is bounded', async () => {
    for (let n = 0; n < 60; n++) await api.live.putMatch(aMatch(`m-${n}`), 1);
    expect((await json('/api/matches')).matches).toHaveLength(50);
    expect((await json('/api/scores')).scores).toHaveLength(50);
  });
});

describe('sports', () => {
  test('count what is going on, leagues we do not name included', async () => {
    await api.score(aMatch('m-1'), 1);
    await api.live.putMatch(aMatch('m-2', { league: 'gb-cup', leagueName: 'Cup' }), 1);
    const { sports } = await json('/api/sports');
    const soccer = sports.find(({ id }: { id: string }) => id === 'soccer');
    expect(soccer).toMatchObject({ name: 'Soccer', canDraw: true, matches: 2, inPlay: 1 });
    expect(soccer.leagues.slice(0, 2)).toEqual([
      { id: 'epl', name: 'Premier League', matches: 1 },
      { id: 'gb-cup', name: 'Cup', matches: 1 },
    ]);
  });
});

describe('markets', () => {
  const seen = NOON + hours(2);
  const list = async (query = '') => (await json(`/api/markets/football?${query}`)).markets;

  beforeEach(async () => {
    await api.markets(aMatch('m-1'), [
      aPricedMarket('h2h', 2.5, seen),
      { ...aPricedMarket('totals:2.5', 1.9, seen - hours(1)), market: 'totals', line: 2.5, confidence: 0.9 },
    ]);
    await api.markets(aMatch('m-2', { sport: 'american_football', league: 'nfl' }), [
      aPricedMarket('h2h', 1.5, seen),
    ]);
    await api.markets(aMatch('m-3', { sport: 'tennis', league: 'atp' }), [aPricedMarket('h2h', 1.2, seen)]);
  });

  test('football is both, each market with its match and best price', async () => {
    const answer = await json('/api/markets/football');
    expect(answer).toMatchObject({ sport: 'football', league: null, updatedAt: '2026-01-03T14:00:00.000Z' });
    expect(answer.markets.map(({ marketId }: { marketId: string }) => marketId)).toEqual([
      'm-1:h2h',
      'm-1:totals:2.5',
      'm-2:h2h',
    ]);
    expect(answer.markets[0].outcomes[0]).toEqual({
      name: 'home',
      best: { price: 2.5, bookmaker: 'bet365', provider: 'espn', at: '2026-01-03T14:00:00.000Z' },
      fairProbability: 0.5,
      quotes: [{ price: 2.5, bookmaker: 'bet365', provider: 'espn', at: '2026-01-03T14:00:00.000Z' }],
    });
  });

  const FILTERS: readonly [string, readonly string[]][] = [
    ['league=nfl', ['m-2:h2h']],
    ['market=totals', ['m-1:totals:2.5']],
    ['minConfidence=0.6', ['m-1:totals:2.5']],
    ['maxAge=3600', ['m-1:h2h', 'm-2:h2h']],
    ['maxAge=60', []],
    ['league=epl&market=h2h', ['m-1:h2h']],
  ];
  for (const [query, expected] of FILTERS)
    test(query, async () => {
      expect((await list(query)).map(({ marketId }: { marketId: string }) => marketId)).toEqual([
        ...expected,
      ]);
    });

  const FORMATS: readonly [string, number | string][] = [
    ['decimal', 2.5],
    ['american', 150],
    ['fractional', '3/2'],
    ['hongkong', 1.5],
    ['malay', -0.6667],
    ['indonesian', 1.5],
  ];
  for (const [format, expected] of FORMATS)
    test(`prices in ${format} odds`, async () => {
      const [market] = await list(`format=${format}`);
      expect(market.outcomes[0].best.price).toBe(expected);
      expect(market.outcomes[0].quotes[0].price).toBe(expected);
    });

  test('pages hold every market once', async () => {
    const keys = Array.from({ length: 11 }, (_, n) => aPricedMarket(`totals:${n}`, 2, seen));
    await api.markets(aMatch('m-4'), keys);
    const { items } = await follow('/api/markets/soccer?limit=3', 'markets');
    expect(new Set(items.map(({ marketId }) => marketId)).size).toBe(13);
  });
});

describe('history', () => {
  const match = aMatch('m-1');
  const entry = (seq: number, kind: 'score_update' | 'score_correction' = 'score_update') => ({
    matchId: match.id,
    stream: 'scores' as const,
    position: { epoch: 'e1', seq },
    kind,
    at: epochMs(NOON + seq),
    view: aScore(seq, 0),
  });

  beforeEach(async () => {
    await api.live.commit(scoreChange(api.live, match, 1));
    api.history.entries.push(entry(1), entry(2), entry(3, 'score_correction'), {
      ...entry(1),
      stream: 'markets' as never,
      kind: 'market_update' as never,
      view: [aPricedMarket('h2h', 2.5, NOON)] as never,
    });
  });

  test('in order, oldest first', async () => {
    const { entries, nextSince } = await json('/api/matches/m-1/history');
    expect(nextSince).toBeNull();
    expect(entries.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3]);
    expect(entries[0]).toEqual({
      kind: 'score_update',
      epoch: 'e1',
      seq: 1,
      at: '2026-01-03T12:00:00.001Z',
      view: { homeScore: 1, awayScore: 0, period: '2nd Half', status: 'live', clock: "58'", confidence: 0.9 },
    });
  });

  test('by kind, and from a position on', async () => {
    expect((await json('/api/matches/m-1/history?kind=score_correction')).entries).toHaveLength(1);
    const [markets] = (await json('/api/matches/m-1/history?kind=market_update')).entries;
    expect(markets.view[0].marketId).toBe('m-1:h2h');
    const first = await api.get('/api/matches/m-1/history?limit=2');
    expect(first.json().nextSince).toBe('e1:2');
    expect(first.headers.link).toBe('</api/matches/m-1/history?limit=2&since=e1%3A2>; rel="next"');
    expect((await json('/api/matches/m-1/history?since=e1:2')).entries).toHaveLength(1);
  });
});

describe('operations', () => {
  test('polling status pages its tasks in the order of their id', async () => {
    api.setTasks(
      Array.from({ length: 450 }, (_, n) => aTask(`espn/${String(n).padStart(3, '0')}`)).reverse(),
    );
    const status = await json('/api/polling/status');
    expect(status).toMatchObject({
      role: 'leader',
      taskCount: 450,
      tree: { default: 10_000 },
      overrides: [],
    });
    expect(status.tasks).toHaveLength(200);
    expect(status.tasks[0]).toMatchObject({
      taskId: 'espn/000',
      lastRunAt: '1970-01-01T00:00:00.000Z',
      nextRunAt: null,
    });
    expect((await follow('/api/polling/status?limit=200', 'tasks')).items).toHaveLength(450);
  });

  test('provider health in words and times', async () => {
    const health = {
      provider: 'espn',
      name: 'ESPN',
      status: 'down',
      since: NOON,
      lastErrorAt: NOON,
      lastErrorCode: 'PROVIDER_TIMEOUT',
      errorRate: 1,
      requests: 3,
      failures: 3,
      dropped: { no_score: 2 },
      circuit: 'open',
      quota: { remaining: 4 },
    };
    await api.server.stop();
    api = anApi({}, { providers: { all: () => [health] as never } });
    expect((await json('/api/providers/health')).providers).toMatchObject([
      {
        provider: 'espn',
        name: 'ESPN',
        status: 'down',
        since: '2026-01-03T12:00:00.000Z',
        reason: null,
        lastSuccessAt: null,
        lastErrorAt: '2026-01-03T12:00:00.000Z',
        lastErrorCode: 'PROVIDER_TIMEOUT',
        responseTimeMs: null,
        errorRate: 1,
        requests: 3,
        failures: 3,
        dropped: { no_score: 2 },
        circuit: 'open',
        quota: { remaining: 4, limit: null, resetsAt: null },
      },
    ]);
    const { status, reasons, providers } = await json('/health');
    expect([status, reasons, providers.down]).toEqual([
      'degraded',
      ['provider espn is down since 2026-01-03T12:00:00.000Z (PROVIDER_TIMEOUT)'],
      1,
    ]);
  });

  test('metrics count requests by route and class of status, cached answers included', async () => {
    await api.score(aMatch('m-1'), 1);
    for (let n = 0; n < 3; n++) await api.get('/api/scores/m-1');
    await api.get('/api/scores/m-2');
    await api.get('/nowhere');
    const { body, headers } = await api.get('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    const count = (labels: string) =>
      Number(new RegExp(`touchline_http_request_duration_seconds_count{${labels}} (\\d+)`).exec(body)?.[1]);
    expect(count('route="/api/scores/:matchId",status="2xx"')).toBe(3);
    expect(count('route="/api/scores/:matchId",status="4xx"')).toBe(1);
    expect(count('route="none",status="4xx"')).toBe(1);
  });
});
