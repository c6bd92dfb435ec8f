import { afterEach, describe, expect, test } from 'bun:test';
import type { RequestListener } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Pool } from 'undici/index.js';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { httpBench, json } from '../../../tests/support/http-bench.ts';
import { upstreamServer } from '../../../tests/support/upstream-server.ts';
import { seconds } from '../../domain/time.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { DEEPEST } from './nesting-guard.ts';
import { PooledHttpClient } from './pooled-http-client.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const bench = async (...given: Parameters<typeof httpBench>) => {
  const made = await httpBench(...given);
  closing.push(made.close);
  return made;
};

test('undici is the real one: the runtime has no pool of its own in its place', () => {
  expect(typeof Pool.prototype.dispatch).toBe('function');
});

describe('an answer', () => {
  test('is the parsed body with our times and lower-case headers', async () => {
    const { get, clock } = await bench(json({ a: 1 }, { 'X-Left': '7' }));
    const answer = await get('/scores');
    expect(answer).toMatchObject({ status: 200, body: { a: 1 }, notModified: false });
    expect(answer.headers['x-left']).toBe('7');
    expect([answer.requestedAt, answer.receivedAt]).toEqual([clock.now(), clock.now()]);
  });

  test('was asked for with our name, the query, the headers, and under the prefix', async () => {
    const upstream = await upstreamServer(json([]));
    const client = new PooledHttpClient({
      baseUrl: `${upstream.url}/sandbox/`,
      clock: new FakeClock(),
      userAgent: 'touchline/1.2.3',
      timeout: seconds(5),
    });
    closing.push(
      () => client.close(),
      () => upstream.close(),
    );
    await client.getJson({
      path: '/v4/odds?x=1',
      query: { apiKey: 'k&y', date: '2026-01-03' },
      headers: { 'x-key': 'abc' },
      signal: new AbortController().signal,
    });
    const [request] = upstream.requests;
    expect(request?.url).toBe('/sandbox/v4/odds?x=1&apiKey=k%26y&date=2026-01-03');
    expect(request?.headers).toMatchObject({
      'user-agent': 'touchline/1.2.3',
      'x-key': 'abc',
      accept: 'application/json',
    });
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is unpacked from %s', async (encoding, pack) => {
    const { get } = await bench((request, response) => {
      expect(request.headers['accept-encoding']).toContain(encoding);
      response.setHeader('content-encoding', encoding);
      response.end(pack('{"packed":"ü"}'));
    });
    expect((await get('/')).body).toEqual({ packed: 'ü' });
  });

  test('may begin with a byte order mark', async () => {
    const { get } = await bench((_request, response) => response.end('\ufeff{"a":1}'));
    expect((await get('/')).body).toEqual({ a: 1 });
  });

  test('may nest as deep as feeds do, brackets in text not counted', async () => {
    const body = `${'['.repeat(DEEPEST)}"${'[{'.repeat(500)}\\"["${']'.repeat(DEEPEST)}`;
    const { get } = await bench((_request, response) => response.end(body));
    expect(JSON.stringify((await get('/')).body)).toBe(body);
  });

  test.each([
    ['max-age=30', {}, 30_000],
    ['public, max-age=30', { age: '12' }, 18_000],
    ['max-age=30', { age: '45' }, undefined],
    ['max-age=0', {}, undefined],
    ['no-cache, max-age=30', {}, undefined],
    ['max-age=999999999', {}, 86_400_000],
    ['max-age=soon', {}, undefined],
    ['s-maxage=30', {}, undefined],
  ])('with cache-control %s and %j is fresh for %p ms', async (control, more, expected) => {
    const { get } = await bench(json({}, { 'cache-control': control, ...more }));
    expect((await get('/')).freshFor).toBe(expected);
  });

  test('comes over a connection that is used again', async () => {
    const { get, upstream } = await bench(json({}), { concurrency: 1 });
    for (let n = 0; n < 5; n++) await get('/');
    expect(upstream.connections).toBe(1);
  });

  test('is waited for by no more requests at once than allowed', async () => {
    let open = 0;
    let most = 0;
    const { get } = await bench(
      (_request, response) => {
        most = Math.max(most, ++open);
        setImmediate(() => {
          open--;
          response.end('{}');
        });
      },
      { concurrency: 2 },
    );
    await Promise.all(Array.from({ length: 8 }, () => get('/')));
    expect(most).toBe(2);
  });
});

describe('a conditional request', () => {
  test('answers from what is kept when nothing changed', async () => {
    const { get, upstream } = await bench((request, response) => {
      if (request.headers['if-none-match'] === '"v1"') {
        response.writeHead(304, { 'cache-control': 'max-age=4' });
        response.end();
      } else json({ score: 1 }, { etag: '"v1"' })(request, response);
    });
    await get('/a', { query: { league: 'nba' } });
    const again = await get('/a', { query: { league: 'nba' } });
    expect(again).toMatchObject({ status: 304, notModified: true, body: { score: 1 }, freshFor: 4_000 });
    await get('/a', { query: { league: 'nfl' } });
    expect(upstream.requests.map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      '"v1"',
      undefined,
    ]);
  });

  test('uses Last-Modified too, and forgets what came without either', async () => {
    const stamps = ['Sat, 03 Jan 2026 14:00:00 GMT', undefined, undefined];
    const { get, upstream } = await bench((request, response) => {
      const stamp = stamps.shift();
      json({}, stamp === undefined ? {} : { 'last-modified': stamp })(request, response);
    });
    for (let n = 0; n < 3; n++) await get('/a');
    expect(upstream.requests.map(({ headers }) => headers['if-modified-since'])).toEqual([
      undefined,
      'Sat, 03 Jan 2026 14:00:00 GMT',
      undefined,
    ]);
  });

  test('is refused a 304 that nobody asked for', async () => {
    const { failure } = await bench((_request, response) => response.writeHead(304).end());
    expect((await failure('/')).code).toBe('PROVIDER_BAD_PAYLOAD');
  });

  test('does not keep a body that says it is an error', async () => {
    const { failure, upstream } = await bench(json({ errors: ['x'] }, { etag: '"e"' }), {
      errorOf: () => new ProviderError('PROVIDER_QUOTA_EXHAUSTED', 'used up'),
    });
    for (let n = 0; n < 2; n++) expect((await failure('/')).code).toBe('PROVIDER_QUOTA_EXHAUSTED');
    expect(upstream.requests[1]?.headers['if-none-match']).toBeUndefined();
  });
});

describe('redirects', () => {
  const chain: RequestListener = (request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end('{"arrived":true}');
    else response.writeHead(302, { location: `/${left - 1}` }).end();
  };

  test('are followed three times', async () => {
    const { get } = await bench(chain);
    expect((await get('/3')).body).toEqual({ arrived: true });
  });

  test('are not followed a fourth time', async () => {
    const { failure, upstream } = await bench(chain);
    expect((await failure('/4')).code).toBe('PROVIDER_BAD_PAYLOAD');
    expect(upstream.requests.length).toBe(4);
  });

  test('never lead to another host', async () => {
    const other = await upstreamServer(json({}));
    closing.push(() => other.close());
    const { failure, upstream } = await bench((_request, response) =>
      response.writeHead(302, { location: `${other.url}/steal` }).end(),
    );
    expect((await failure('/', { headers: { 'x-key': 'abcd' } })).code).toBe('PROVIDER_BAD_PAYLOAD');
    expect([upstream.requests.length, other.requests.length]).toEqual([1, 0]);
  });
});

describe('the quota', () => {
  test('is read from every answer, the bad ones too', async () => {
    const told: number[] = [];
    let left = 2;
    const { get, failure } = await bench(
      (request, response) =>
        json({}, { 'x-left': String(left) }, left-- === 1 ? 500 : 200)(request, response),
      {
        quotaOf: (headers) => ({ remaining: Number(headers['x-left']) }),
        onQuota: ({ remaining }) => told.push(remaining),
      },
    );
    await get('/');
    await failure('/');
    expect(told).toEqual([2, 1]);
  });
});

describe('a post', () => {
  const post = { contentType: 'application/json', body: '{"ask":1}' };

  test('carries its body, and its answer is not kept for the next time', async () => {
    const seen: string[] = [];
    const { get } = await bench((request, response) => {
      let body = '';
      request.on('data', (bytes) => {
        body += bytes;
      });
      request.on('end', () => {
        seen.push(`${request.method} ${request.headers['content-type']} ${body}`);
        seen.push(String(request.headers['if-none-match']));
        json({ n: seen.length }, { etag: '"1"' })(request, response);
      });
    });
    expect((await get('/', { post })).body).toEqual({ n: 2 });
    expect((await get('/', { post: { ...post, body: '{"ask":2}' } })).body).toEqual({ n: 4 });
    expect((await get('/')).notModified).toBe(false);
    expect(seen).toEqual([
      'POST application/json {"ask":1}',
      'undefined',
      'POST application/json {"ask":2}',
      'undefined',
      'GET undefined ',
      'undefined',
    ]);
  });

  test('is not sent on by a redirect: it may carry a password', async () => {
    const { failure, upstream } = await bench((_request, response) => {
      response.writeHead(307, { location: '/elsewhere' });
      response.end();
    });
    expect((await failure('/login', { post })).code).toBe('PROVIDER_BAD_PAYLOAD');
    expect(upstream.requests.map(({ url }) => url)).toEqual(['/login']);
  });
});

describe('closing', () => {
  test('ends what is under way and can be repeated', async () => {
    const { client, failure, upstream, clock } = await bench(() => {});
    const failed = failure('/');
    await upstream.received(1);
    await Promise.all([client.close(), client.close()]);
    expect((await failed).code).toBe('PROVIDER_UNREACHABLE');
    expect((await failure('/')).code).toBe('PROVIDER_UNREACHABLE');
    expect(clock.waiting).toBe(0);
  });
});
