import { afterEach, describe, expect, test } from 'bun:test';
import { RateWindows } from '../../src/http/plugins/rate-window.ts';
import { isAllowedOrigin } from '../../src/platform/origins.ts';
import { anApi, PAGE } from '../support/api.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { aMatch } from '../support/views.ts';

const started: ReturnType<typeof anApi>[] = [];
const start = (...given: Parameters<typeof anApi>) => {
  const api = anApi(...given);
  started.push(api);
  return api;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ server }) => server.stop()));
});

describe('rate limit', () => {
  const limited = () => start({ rateLimit: { max: 3, windowMs: 10_000 } });
  const from = (api: ReturnType<typeof anApi>, remoteAddress: string, url = '/api/scores/m-1') =>
    api.send({ url, remoteAddress });

  test('the answer past the limit says when to come back', async () => {
    const api = limited();
    await api.score(aMatch('m-1'), 1);
    for (let n = 0; n < 3; n++) expect((await from(api, '10.0.0.1')).statusCode).toBe(200);
    await api.clock.advance(2_500);
    const refused = await from(api, '10.0.0.1');
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'RATE_LIMITED']);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '8',
      ratelimit: '"address";r=0;t=8',
      'ratelimit-policy': '"address";q=3;w=10',
      'cache-control': 'no-store',
    });
  });

  test('a HEAD counts once, as a GET does', async () => {
    const api = limited();
    await api.score(aMatch('m-1'), 1);
    const head = () => api.send({ method: 'HEAD', url: '/api/scores/m-1', remoteAddress: '10.0.0.1' });
    const codes: number[] = [];
    for (let n = 0; n < 4; n++) codes.push((await head()).statusCode);
    expect(codes).toEqual([200, 200, 200, 429]);
  });

  test('the window ends', async () => {
    const api = limited();
    for (let n = 0; n < 4; n++) await from(api, '10.0.0.1', '/api/sports');
    await api.clock.advance(9_999);
    expect((await from(api, '10.0.0.1', '/api/sports')).statusCode).toBe(429);
    await api.clock.advance(1);
    expect((await from(api, '10.0.0.1', '/api/sports')).statusCode).toBe(200);
  });

  test('addresses are counted apart; those of one IPv6 subnet and of one mapped IPv4 are one', async () => {
    const api = limited();
    const spend = async (address: string) => {
      for (let n = 0; n < 3; n++) await from(api, address, '/api/sports');
    };
    const status = async (address: string) => (await from(api, address, '/api/sports')).statusCode;
    await spend('10.0.0.1');
    expect([await status('10.0.0.1'), await status('10.0.0.2')]).toEqual([429, 200]);
    expect(await status('::ffff:10.0.0.1')).toBe(429);
    await spend('2001:db8:1:1::1');
    expect([await status('2001:db8:1:1::2'), await status('2001:db8:1:2::1')]).toEqual([429, 200]);
  });

  test('one budget for all routes, wrong paths and refused requests included', async () => {
    const api = limited();
    const urls = [
      '/api/sports',
      '/nowhere',
      '/api/matches?limit=x',
      '/api/polling/update',
      '/docs',
      '/nowhere',
    ];
    const codes: number[] = [];
    for (const url of urls) codes.push((await from(api, '10.0.0.1', url)).statusCode);
    expect(codes).toEqual([200, 404, 400, 429, 429, 429]);
  });

  test('probes and metrics are exempt', async () => {
    const api = limited();
    for (let n = 0; n < 5; n++)
      for (const url of ['/health', '/livez', '/readyz', '/metrics'])
        expect((await from(api, '10.0.0.1', url)).statusCode).toBe(200);
    expect((await from(api, '10.0.0.1', '/api/sports')).statusCode).toBe(200);
  });

  test('X-Forwarded-For counts only behind a trusted proxy', async () => {
    const ask = (api: ReturnType<typeof anApi>, client: string) =>
      api.get('/api/sports', { 'x-forwarded-for': client });
    const direct = limited();
    for (let n = 0; n < 3; n++) await ask(direct, `10.0.0.${n}`);
    expect((await ask(direct, '10.0.0.9')).statusCode).toBe(429);
    const behind = start({ rateLimit: { max: 3 }, trustProxy: true });
    for (let n = 0; n < 9; n++) expect((await ask(behind, `10.0.0.${n}`)).statusCode).toBe(200);
  });

  test('windows are bounded in number', () => {
    const windows = new RateWindows(new FakeClock(), 1_000, 2);
    expect(['a', 'a', 'b', 'c', 'a'].map((key) => windows.count(key).current)).toEqual([1, 2, 1, 1, 1]);
  });
});

describe('origins', () => {
  const OTHER = 'https://evil.example';

  test.each([
    [undefined, [], true],
    [PAGE, [], false],
    [PAGE, [PAGE], true],
    [`${PAGE}.evil.example`, [PAGE], false],
    [PAGE.toUpperCase(), [PAGE], false],
    ['null', [PAGE], false],
    [OTHER, ['*'], true],
  ])('%p of %p: %p', (origin, allowed, expected) => {
    expect(isAllowedOrigin(origin, allowed)).toBe(expected);
  });

  for (const url of ['/api/scores/m-1', '/api/providers/health', '/api/scores/nope', '/nowhere'])
    test(`${url} may be read by an allowed page only`, async () => {
      const api = start();
      await api.score(aMatch('m-1'), 1);
      const allowed = await api.get(url, { origin: PAGE });
      expect(allowed.headers['access-control-allow-origin']).toBe(PAGE);
      expect(allowed.headers['access-control-expose-headers']).toContain('ETag');
      for (const headers of [{ origin: OTHER }, {}] as Record<string, string>[]) {
        const answer = await api.get(url, headers);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
        // Without it a shared cache would hand one page's permission to another.
        expect(answer.headers.vary).toContain('Origin');
      }
    });

  test('a refusal of the limiter can be read too', async () => {
    const api = start({ rateLimit: { max: 1 } });
    await api.get('/api/sports', { origin: PAGE });
    const refused = await api.get('/api/sports', { origin: PAGE });
    expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([429, PAGE]);
  });

  test('* allows every page, by that word', async () => {
    const api = start({ allowedOrigins: ['*'] });
    const { headers } = await api.get('/api/sports', { origin: OTHER });
    expect([headers['access-control-allow-origin'], headers.vary]).toEqual(['*', undefined]);
  });

  test('preflights', async () => {
    const api = start();
    const preflight = (origin: string, url = '/api/polling/update') =>
      api.send({
        method: 'OPTIONS',
        url,
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    const allowed = await preflight(PAGE);
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'GET, HEAD, POST, DELETE',
      'access-control-allow-headers': expect.stringContaining('Authorization'),
      'access-control-max-age': '600',
    });
    expect((await preflight(PAGE, '/api/scores/m-1')).headers['access-control-allow-origin']).toBe(PAGE);
    expect((await preflight(OTHER)).headers['access-control-allow-origin']).toBeUndefined();
  });

  test('without allowed origins OPTIONS is a method like another', async () => {
    const api = start({ allowedOrigins: [] });
    expect((await api.send({ method: 'OPTIONS', url: '/api/sports' })).json().code).toBe(
      'METHOD_NOT_ALLOWED',
    );
  });
});
