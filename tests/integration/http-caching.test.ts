import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { matchesTag } from '../../src/http/answer.ts';
import { anApi, aPricedMarket } from '../support/api.ts';
import { aMatch, scoreChange } from '../support/views.ts';

const MATCH = aMatch('m-1');
let api: ReturnType<typeof anApi>;
beforeEach(() => {
  api = anApi();
});
afterEach(() => api.server.stop());

const goals = async (url = '/api/scores/m-1') => (await api.get(url)).json().score.home;

describe('a score', () => {
  test('carries its position as a weak tag, and how long it holds', async () => {
    await api.score(MATCH, 1);
    const { headers } = await api.get('/api/scores/m-1');
    expect(headers).toMatchObject({
      etag: 'W/"e1-1"',
      'cache-control': 'public, max-age=1',
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
  });

  test('is the same bytes for a second, then its ages move on', async () => {
    await api.score(MATCH, 1);
    const first = await api.get('/api/scores/m-1');
    await api.clock.advance(999);
    expect((await api.get('/api/scores/m-1')).body).toBe(first.body);
    await api.clock.advance(1);
    const later = await api.get('/api/scores/m-1');
    expect(later.json().sources[0].ageMs - first.json().sources[0].ageMs).toBe(1_000);
    expect(later.headers.etag).toBe(first.headers.etag as string);
  });

  test('changes at once when the view does', async () => {
    for (const home of [1, 2, 3]) {
      await api.score(MATCH, home);
      expect(await goals()).toBe(home);
      expect(await goals('/api/scores/espn:m-1')).toBe(home);
      expect((await api.get('/api/scores')).json().scores[0].score.home).toBe(home);
    }
  });

  test('is not confused by another match’s change', async () => {
    await api.score(MATCH, 1);
    const first = await api.get('/api/scores/m-1');
    await api.clock.advance(500);
    await api.score(aMatch('m-2'), 5);
    expect((await api.get('/api/scores/m-1')).body).toBe(first.body);
  });

  test('is gone within its second when the match is evicted', async () => {
    await api.score(MATCH, 1);
    expect(await goals()).toBe(1);
    await api.live.evict(MATCH.id);
    await api.clock.advance(1_000);
    expect((await api.get('/api/scores/m-1')).statusCode).toBe(404);
  });

  test('is marked while the store is away, under a tag of its own', async () => {
    await api.score(MATCH, 1);
    const before = await api.get('/api/scores/m-1');
    api.live.health = () => ({ kind: 'redis', status: 'down', since: MATCH.createdAt });
    await api.clock.advance(1_000);
    const away = await api.get('/api/scores/m-1', { 'if-none-match': String(before.headers.etag) });
    expect(away.json()).toMatchObject({ stale: true, staleReason: 'store_unavailable', score: { home: 1 } });
    expect(away.headers.etag).toBe('W/"e1-1-away"');
  });
});

describe('If-None-Match', () => {
  const FIELDS: readonly { name: string; given: string; expected: boolean }[] = [
    { name: 'the tag', given: 'W/"e1-7"', expected: true },
    { name: 'the tag, strong', given: '"e1-7"', expected: true },
    { name: 'anything', given: '*', expected: true },
    { name: 'one of several', given: 'W/"e1-6", W/"e1-7"', expected: true },
    { name: 'one of several, close together', given: '"x",W/"e1-7","y"', expected: true },
    { name: 'an older one', given: 'W/"e1-6"', expected: false },
    { name: 'several others', given: 'W/"e1-6", "e1-71"', expected: false },
    { name: 'another epoch', given: 'W/"e2-7"', expected: false },
    { name: 'without quotes', given: 'e1-7', expected: false },
    { name: 'nothing', given: '', expected: false },
    { name: 'junk', given: ',,"', expected: false },
  ];
  for (const { name, given, expected } of FIELDS)
    test(`${name}: ${expected}`, () => expect(matchesTag(given, 'W/"e1-7"')).toBe(expected));

  for (const url of [
    '/api/scores/m-1',
    '/api/scores',
    '/api/matches',
    '/api/matches/m-1',
    '/api/markets/soccer',
    '/api/sports',
    '/openapi.json',
  ])
    test(`${url} answers 304 without a body`, async () => {
      await api.score(MATCH, 1);
      const { etag } = (await api.get(url)).headers;
      const again = await api.get(url, { 'if-none-match': String(etag) });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
      expect(again.headers['cache-control']).toContain('public');
      expect(again.headers['content-type']).toBeUndefined();
    });

  test('a new position answers in full', async () => {
    await api.score(MATCH, 1);
    const { etag } = (await api.get('/api/scores/m-1')).headers;
    await api.score(MATCH, 2);
    const changed = await api.get('/api/scores/m-1', { 'if-none-match': String(etag) });
    expect([changed.statusCode, changed.json().seq]).toEqual([200, 2]);
  });

  test('HEAD has the fields of GET and no body', async () => {
    await api.score(MATCH, 1);
    const full = await api.get('/api/scores/m-1');
    const head = await api.send({ method: 'HEAD', url: '/api/scores/m-1' });
    expect([head.statusCode, head.body, head.headers.etag]).toEqual([200, '', full.headers.etag]);
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(full.body)));
  });
});

describe('markets', () => {
  const at = Date.parse('2026-01-03T14:59:00Z');
  const price = async (url = '/api/markets/soccer') =>
    (await api.get(url)).json().markets[0]?.outcomes[0].best.price;

  test('hold 30 s before the start', async () => {
    await api.markets(MATCH, [aPricedMarket('h2h', 2.5, at)]);
    const first = await api.get('/api/markets/soccer');
    expect(first.headers['cache-control']).toBe('public, max-age=30');
  });

  test('hold 1 s in play', async () => {
    await api.score(MATCH, 1);
    await api.markets(MATCH, [aPricedMarket('h2h', 2.5, at)]);
    expect((await api.get('/api/markets/soccer')).headers['cache-control']).toBe('public, max-age=1');
  });

  test('change at once when a market on the page does', async () => {
    for (const odds of [2.5, 2.6, 2.7]) {
      await api.markets(MATCH, [aPricedMarket('h2h', odds, at)]);
      expect(await price()).toBe(odds);
      expect(await price('/api/markets/football?limit=1')).toBe(odds);
    }
  });

  test('go to 1 s as soon as a match on the page is in play', async () => {
    await api.markets(MATCH, [aPricedMarket('h2h', 2.5, at)]);
    await api.get('/api/markets/soccer');
    await api.live.commit(scoreChange(api.live, MATCH, 0));
    expect((await api.get('/api/markets/soccer')).headers['cache-control']).toBe('public, max-age=1');
  });

  test('an empty page does not hold longer than a second', async () => {
    expect((await api.get('/api/markets/tennis')).headers['cache-control']).toBe('public, max-age=1');
    await api.markets({ ...MATCH, sport: 'tennis' }, [aPricedMarket('h2h', 2.5, at)]);
    await api.clock.advance(1_000);
    expect(await price('/api/markets/tennis')).toBe(2.5);
  });
});
