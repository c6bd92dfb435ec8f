import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { InjectOptions } from 'fastify';
import { ERROR_CODES, type ErrorCode } from '../../src/http/error-codes.ts';
import { anApi, tokenMaker } from '../support/api.ts';
import { aMatch } from '../support/views.ts';

const api = anApi();
let operator: Record<string, string>;

beforeAll(async () => {
  await api.score(aMatch('m-1'), 1);
  // The clock of the tests stands in the past, and so do the tokens.
  const sign = await tokenMaker();
  const now = Math.floor(api.clock.now() / 1000);
  operator = {
    authorization: `Bearer ${sign({ sub: 'alice', scope: 'operator', iat: now, exp: now + 60 })}`,
  };
});
afterAll(() => api.server.stop());

interface Bad {
  readonly name: string;
  readonly given: string | InjectOptions;
  readonly expected: ErrorCode;
  /** Fields that have to be among the faults. */
  readonly fields?: readonly string[];
}

async function expectProblem({ given, expected, fields }: Bad): Promise<void> {
  const request: InjectOptions = typeof given === 'string' ? { url: given } : given;
  const answer = await api.send(request);
  const problem = answer.json();
  expect(problem).toMatchObject({ code: expected, status: ERROR_CODES[expected].status });
  expect(answer.statusCode).toBe(ERROR_CODES[expected].status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(problem.requestId).toBe(answer.headers['x-request-id']);
  expect(answer.body).not.toMatch(/\.ts:|node_modules|at \w+ \(/);
  expect(answer.body.length).toBeLessThan(2_500);
  if (fields !== undefined)
    expect(problem.errors.map(({ field }: { field: string }) => field).sort()).toEqual([...fields].sort());
}

/** Every route of the API with what it takes, for the tests that go over all of them. */
const ROUTES = [
  { url: '/health', allow: 'GET, HEAD' },
  { url: '/livez', allow: 'GET, HEAD' },
  { url: '/readyz', allow: 'GET, HEAD' },
  { url: '/metrics', allow: 'GET, HEAD' },
  { url: '/openapi.json', allow: 'GET, HEAD' },
  { url: '/api/sports', allow: 'GET, HEAD' },
  { url: '/api/matches', allow: 'GET, HEAD' },
  { url: '/api/matches/m-1', allow: 'GET, HEAD' },
  { url: '/api/matches/m-1/history', allow: 'GET, HEAD' },
  { url: '/api/scores', allow: 'GET, HEAD' },
  { url: '/api/scores/m-1', allow: 'GET, HEAD' },
  { url: '/api/markets/soccer', allow: 'GET, HEAD' },
  { url: '/api/providers/health', allow: 'GET, HEAD' },
  { url: '/api/polling/status', allow: 'GET, HEAD' },
  { url: '/api/polling/update', allow: 'POST' },
] as const;

describe('every route', () => {
  for (const { url, allow } of ROUTES) {
    test(`${url} refuses other methods with 405`, async () => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
        if (allow.includes(method)) continue;
        await expectProblem({ name: method, given: { url, method }, expected: 'METHOD_NOT_ALLOWED' });
        expect((await api.send({ url, method })).headers.allow).toBe(allow);
      }
    });
  }

  for (const { url } of ROUTES.filter(({ allow }) => allow !== 'POST')) {
    test(`${url} refuses unknown, repeated and odd parameters`, async () => {
      for (const query of [
        'surprise=1',
        '__proto__=1',
        'constructor=1',
        'a%00b=1',
        '%F0%9F%98%80=1',
        'x=1&x=2',
        'limit[]=1',
      ]) {
        await expectProblem({ name: query, given: `${url}?${query}`, expected: 'VALIDATION_FAILED' });
      }
    });
  }
});

const HUGE = 'a'.repeat(5_000);

const IDS: readonly Bad[] = [
  { name: 'unknown', given: 'm-nope', expected: 'MATCH_NOT_FOUND' },
  { name: 'NUL', given: '%00', expected: 'MATCH_NOT_FOUND' },
  { name: 'emoji', given: '%F0%9F%98%80', expected: 'MATCH_NOT_FOUND' },
  { name: 'lone surrogate in UTF-8', given: '%ED%A0%80', expected: 'MALFORMED_REQUEST' },
  { name: 'right-to-left mark', given: '%E2%80%AEm-1', expected: 'MATCH_NOT_FOUND' },
  { name: 'traversal', given: '..%2F..%2Fetc%2Fpasswd', expected: 'MATCH_NOT_FOUND' },
  { name: 'prototype', given: '__proto__', expected: 'MATCH_NOT_FOUND' },
  { name: 'constructor', given: 'constructor', expected: 'MATCH_NOT_FOUND' },
  { name: 'unknown provider', given: 'nobody:1', expected: 'MATCH_NOT_FOUND' },
  { name: 'no external id', given: 'espn:', expected: 'MATCH_NOT_FOUND' },
  { name: 'no provider', given: ':1', expected: 'MATCH_NOT_FOUND' },
  { name: 'broken encoding', given: '%zz', expected: 'MALFORMED_REQUEST' },
  { name: 'cut encoding', given: '%E0%A4%A', expected: 'MALFORMED_REQUEST' },
  { name: 'huge', given: HUGE, expected: 'URI_TOO_LONG' },
];

for (const route of ['/api/scores/ID', '/api/matches/ID', '/api/matches/ID/history']) {
  describe(`${route}`, () => {
    for (const bad of IDS)
      test(`${bad.name}: ${bad.expected}`, () =>
        expectProblem({ ...bad, given: route.replace('ID', bad.given as string) }));
  });
}

const READS: readonly Bad[] = [
  { name: 'no such route', given: '/api/nope', expected: 'ROUTE_NOT_FOUND' },
  { name: 'the root', given: '/', expected: 'ROUTE_NOT_FOUND' },
  { name: 'a slash too many', given: '/api/scores/m-1/', expected: 'ROUTE_NOT_FOUND' },
  { name: 'unknown sport in the path', given: '/api/markets/quidditch', expected: 'SPORT_NOT_FOUND' },
  { name: 'odd sport in the path', given: '/api/markets/%00', expected: 'SPORT_NOT_FOUND' },
  { name: 'prototype as a sport', given: '/api/markets/__proto__', expected: 'SPORT_NOT_FOUND' },
  { name: 'huge sport', given: `/api/markets/${HUGE}`, expected: 'URI_TOO_LONG' },
  {
    name: 'all faults at once',
    given: '/api/matches?sport=quidditch&status=asleep&limit=0&date=yesterday&more=1',
    expected: 'VALIDATION_FAILED',
    fields: ['sport', 'status', 'limit', 'date', 'more'],
  },
  ...['0', '-1', '201', '1.5', '1e2', '0x10', 'many', '', '%20', 'NaN', 'Infinity', '9'.repeat(400)].map(
    (limit): Bad => ({
      name: `limit=${limit.slice(0, 12)}`,
      given: `/api/scores?limit=${limit}`,
      expected: 'VALIDATION_FAILED',
      fields: ['limit'],
    }),
  ),
  ...['zzz', '%00', 'bnVsbA', 'W10', 'WzEsMl0', 'WyJhIiwiYiJd', '%7B%7D'].map(
    (cursor): Bad => ({
      name: `cursor=${cursor}`,
      given: `/api/matches?cursor=${cursor}`,
      expected: 'VALIDATION_FAILED',
      fields: ['cursor'],
    }),
  ),
  ...['2026-02-30', '2026-13-01', '0000-00-00', '2026-1-3', '2026-01-03T00:00:00Z'].map(
    (date): Bad => ({
      name: `date=${date}`,
      given: `/api/matches?date=${date}`,
      expected: 'VALIDATION_FAILED',
      fields: ['date'],
    }),
  ),
  ...['league=EPL', 'league=%F0%9F%98%80', `league=${HUGE}`, 'league=', 'league=a&league=b'].map(
    (query): Bad => ({
      name: query.slice(0, 20),
      given: `/api/scores?${query}`,
      expected: 'VALIDATION_FAILED',
      fields: ['league'],
    }),
  ),
  ...[
    'format=roman',
    'market=corners',
    'minConfidence=2',
    'minConfidence=high',
    'maxAge=0',
    'maxAge=-1',
    'limit=201',
  ].map(
    (query): Bad => ({
      name: query,
      given: `/api/markets/soccer?${query}`,
      expected: 'VALIDATION_FAILED',
      fields: [query.split('=')[0] as string],
    }),
  ),
  ...['kind=rumour', 'since=7', 'since=e1:x', 'since=e1:-1', `since=${HUGE}:1`, 'limit=501'].map(
    (query): Bad => ({
      name: query.slice(0, 20),
      given: `/api/matches/m-1/history?${query}`,
      expected: 'VALIDATION_FAILED',
      fields: [query.split('=')[0] as string],
    }),
  ),
];

describe('reads', () => {
  for (const bad of READS) test(`${bad.name}: ${bad.expected}`, () => expectProblem(bad));

  test('the valid words of a parameter are told', async () => {
    const { errors } = (await api.get('/api/matches?sport=quidditch')).json();
    expect(errors[0].message).toContain('ice_hockey');
  });
});

const update = (payload: string | object, headers: Record<string, string> = {}): InjectOptions => ({
  method: 'POST',
  url: '/api/polling/update',
  headers: { 'content-type': 'application/json', ...operator, ...headers },
  payload,
});

const BODIES: readonly (Omit<Bad, 'given'> & { readonly given: () => InjectOptions })[] = [
  { name: 'no body', given: () => ({ ...update('') }), expected: 'MALFORMED_JSON' },
  { name: 'not JSON', given: () => update('{"taskId":'), expected: 'MALFORMED_JSON' },
  {
    name: '__proto__',
    given: () => update('{"taskId":"x","interval":500,"__proto__":{"a":1}}'),
    expected: 'MALFORMED_JSON',
  },
  {
    name: 'constructor',
    given: () => update('{"scope":{},"interval":500,"constructor":{"prototype":{}}}'),
    expected: 'MALFORMED_JSON',
  },
  { name: 'an array', given: () => update('[]'), expected: 'VALIDATION_FAILED' },
  { name: 'null', given: () => update('null'), expected: 'VALIDATION_FAILED' },
  { name: 'text', given: () => update('"x"'), expected: 'VALIDATION_FAILED' },
  { name: 'nothing in it', given: () => update('{}'), expected: 'VALIDATION_FAILED', fields: ['interval'] },
  {
    name: 'neither form',
    given: () => update({ interval: 500 }),
    expected: 'VALIDATION_FAILED',
    fields: ['taskId'],
  },
  {
    name: 'both forms',
    given: () => update({ taskId: 'a', scope: {}, interval: 500 }),
    expected: 'VALIDATION_FAILED',
    fields: ['scope'],
  },
  {
    name: 'kind of a task',
    given: () => update({ taskId: 'a', kind: 'scores', interval: 500 }),
    expected: 'VALIDATION_FAILED',
    fields: ['kind'],
  },
  {
    name: 'unknown field',
    given: () => update({ taskId: 'a', interval: 500, extra: 1 }),
    expected: 'VALIDATION_FAILED',
    fields: ['extra'],
  },
  {
    name: 'unknown field of the scope',
    given: () => update({ scope: { team: 'a' }, interval: 500 }),
    expected: 'VALIDATION_FAILED',
    fields: ['scope.team'],
  },
  {
    name: 'unknown sport',
    given: () => update({ scope: { sport: 'football' }, interval: 500 }),
    expected: 'VALIDATION_FAILED',
    fields: ['scope.sport'],
  },
  {
    name: 'sport as a list',
    given: () => update({ scope: { sport: ['soccer'] }, interval: 500 }),
    expected: 'VALIDATION_FAILED',
    fields: ['scope.sport'],
  },
  {
    name: 'huge task id',
    given: () => update({ taskId: HUGE, interval: 500 }),
    expected: 'VALIDATION_FAILED',
    fields: ['taskId'],
  },
  ...[0, 249, 86_400_001, 500.5, -1, '500', true, [500], {}].map((interval) => ({
    name: `interval ${JSON.stringify(interval)}`,
    given: () => update({ taskId: 'espn/scores:epl', interval }),
    expected: 'VALIDATION_FAILED' as const,
    fields: ['interval'],
  })),
  {
    name: 'interval beyond numbers',
    given: () => update('{"taskId":"a","interval":1e999}'),
    expected: 'VALIDATION_FAILED',
    fields: ['interval'],
  },
  {
    name: 'unknown task',
    given: () => update({ taskId: 'a', interval: 500 }),
    expected: 'POLLING_TASK_UNKNOWN',
  },
  {
    name: 'unknown parameter',
    given: () => ({ ...update({ taskId: 'a', interval: 500 }), url: '/api/polling/update?a=1' }),
    expected: 'VALIDATION_FAILED',
    fields: ['a'],
  },
  {
    name: 'over the limit',
    given: () => update({ taskId: 'a'.repeat(70_000), interval: 500 }),
    expected: 'BODY_TOO_LARGE',
  },
  {
    name: 'another content type',
    given: () => update('taskId=a', { 'content-type': 'application/x-www-form-urlencoded' }),
    expected: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'plain text',
    given: () => update('{}', { 'content-type': 'text/plain' }),
    expected: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'odd content type',
    given: () => update('{}', { 'content-type': '☃' }),
    expected: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'deep nesting',
    given: () => update(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
    expected: 'VALIDATION_FAILED',
  },
];

describe('POST /api/polling/update', () => {
  for (const bad of BODIES)
    test(`${bad.name}: ${bad.expected}`, () => expectProblem({ ...bad, given: bad.given() }));

  test('nothing bad reached the polling', () => {
    // The unknown task is for the polling itself to refuse.
    expect(api.asked.map(({ change }) => change)).toEqual([{ taskId: 'a', interval: 500 }]);
  });
});

describe('request ids', () => {
  test('a sane one is kept', async () => {
    const answer = await api.get('/livez', { 'x-request-id': 'abc-123' });
    expect(answer.headers['x-request-id']).toBe('abc-123');
  });

  for (const sent of ['', 'a b', 'a'.repeat(129), '"><script>', 'é'])
    test(`${JSON.stringify(sent.slice(0, 12))} is replaced`, async () => {
      const answer = await api.get('/livez', { 'x-request-id': sent });
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-z]{8}-[0-9a-z]+$/);
    });
});
