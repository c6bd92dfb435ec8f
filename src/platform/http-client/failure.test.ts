import { afterEach, describe, expect, test } from 'bun:test';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { httpBench, json } from '../../../tests/support/http-bench.ts';
import { after, minutes, seconds } from '../../domain/time.ts';
import { ProviderError, type ProviderErrorCode } from '../../ports/provider-error.ts';
import { systemClock } from '../system-clock.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const bench = async (...given: Parameters<typeof httpBench>) => {
  const made = await httpBench(...given);
  closing.push(made.close);
  return made;
};

describe('time', () => {
  test('runs out for headers that do not come', async () => {
    const { failure, clock, upstream } = await bench(() => {});
    const failed = failure('/slow');
    await upstream.received(1);
    await clock.advance(seconds(5));
    const error = await failed;
    expect(error.code).toBe('PROVIDER_TIMEOUT');
    expect(error.details).toEqual({ url: `${upstream.url}/slow`, timeout: 5_000 });
    expect(clock.waiting).toBe(0);
  });

  test('runs out for a body that trickles', async () => {
    const written = Promise.withResolvers<void>();
    const { failure, clock } = await bench((_request, response) => {
      response.write('[', () => written.resolve());
    });
    const failed = failure('/');
    await written.promise;
    await clock.advance(seconds(5));
    expect((await failed).code).toBe('PROVIDER_TIMEOUT');
  });

  test('also runs out by undici itself', async () => {
    const { failure } = await bench(() => {}, { timeout: 50 });
    expect((await failure('/')).code).toBe('PROVIDER_TIMEOUT');
  });

  test('also runs out on the real clock', async () => {
    const { failure } = await bench(() => {}, { timeout: 30, clock: systemClock });
    expect((await failure('/')).code).toBe('PROVIDER_TIMEOUT');
  });

  test('is left when the caller aborts, with its own reason', async () => {
    const { get, upstream, clock } = await bench(() => {});
    const abort = new AbortController();
    const reason = new Error('shutting down');
    const asked = get('/', { signal: abort.signal }).catch((error: unknown) => error);
    await upstream.received(1);
    abort.abort(reason);
    expect(await asked).toBe(reason);
    expect(clock.waiting).toBe(0);
  });

  test('is not spent at all on an aborted signal', async () => {
    const { get, upstream } = await bench(json({}));
    const reason = new Error('before');
    expect(await get('/', { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error)).toBe(
      reason,
    );
    expect(upstream.requests.length).toBe(0);
  });
});

describe('an error', () => {
  const statuses: readonly (readonly [number, ProviderErrorCode, boolean])[] = [
    [400, 'PROVIDER_REQUEST_REFUSED', false],
    [401, 'PROVIDER_KEY_REFUSED', false],
    [402, 'PROVIDER_QUOTA_EXHAUSTED', true],
    [403, 'PROVIDER_KEY_REFUSED', false],
    [404, 'PROVIDER_NOT_FOUND', true],
    [422, 'PROVIDER_REQUEST_REFUSED', false],
    [429, 'PROVIDER_RATE_LIMITED', true],
    [500, 'PROVIDER_UPSTREAM_ERROR', true],
    [503, 'PROVIDER_UPSTREAM_ERROR', true],
  ];

  test.each(statuses)('%i is %s', async (status, code, retryable) => {
    const { failure } = await bench((_request, response) => response.writeHead(status).end('<html>'));
    expect(await failure('/')).toMatchObject({ code, retryable, details: { status } });
  });

  const waits: readonly (readonly [string, Record<string, string>, number | undefined])[] = [
    ['seconds', { 'retry-after': '90' }, 90_000],
    ['a date', { 'retry-after': 'Sat, 03 Jan 2026 15:01:30 GMT', date: '' }, 90_000],
    [
      "a date by the server's own clock",
      { 'retry-after': 'Sat, 03 Jan 2026 16:01:30 GMT', date: 'Sat, 03 Jan 2026 16:00:00 GMT' },
      90_000,
    ],
    ['a date that has passed', { 'retry-after': 'Sat, 03 Jan 2026 14:00:00 GMT', date: '' }, 0],
    ['years', { 'retry-after': '999999999' }, 86_400_000],
    ['nonsense', { 'retry-after': 'tomorrow' }, undefined],
    ['less than nothing', { 'retry-after': '-5' }, undefined],
  ];

  test.each(waits)('says when to come back, told in %s', async (_name, headers, wait) => {
    for (const status of [429, 503]) {
      const { failure, clock } = await bench((request, response) => {
        if (headers.date === '') response.sendDate = false;
        const { date, ...rest } = headers;
        json({}, date ? headers : rest, status)(request, response);
      });
      expect((await failure('/')).retryAt).toBe(wait === undefined ? undefined : after(clock.now(), wait));
    }
  });

  test('is first for the adapter to tell, by status and body', async () => {
    const { failure, clock } = await bench(json({ error_code: 'OUT_OF_CREDITS' }, { 'x-left': '0' }, 401), {
      errorOf: (status, headers, body, now) =>
        new ProviderError('PROVIDER_QUOTA_EXHAUSTED', 'used up', {
          details: { status, left: headers['x-left'], body },
          retryAt: after(now, minutes(1)),
        }),
    });
    expect(await failure('/')).toMatchObject({
      code: 'PROVIDER_QUOTA_EXHAUSTED',
      details: { status: 401, left: '0', body: { error_code: 'OUT_OF_CREDITS' } },
      retryAt: after(clock.now(), minutes(1)),
    });
  });

  test('may come with a 200', async () => {
    const { failure } = await bench(json({ errors: { token: 'bad' } }), {
      errorOf: (_status, _headers, body) =>
        (body as { errors?: unknown }).errors === undefined
          ? undefined
          : new ProviderError('PROVIDER_KEY_REFUSED', 'refused'),
    });
    expect((await failure('/')).code).toBe('PROVIDER_KEY_REFUSED');
  });

  test('with a huge body keeps its status', async () => {
    const { failure } = await bench((_request, response) =>
      response.writeHead(429).end(JSON.stringify('x'.repeat(1_000_000))),
    );
    expect((await failure('/')).code).toBe('PROVIDER_RATE_LIMITED');
  });

  test('of a name or port that is not there is unreachable', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const { failure } = await bench(json({}), { baseUrl: `http://127.0.0.1:${port}` });
    expect(await failure('/')).toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
      details: { reason: 'ECONNREFUSED' },
    });
  });

  const secret = 'k3y/with+signs';
  const telling: readonly (readonly [string, ProviderErrorCode, RequestListener])[] = [
    [
      'a redirect',
      'PROVIDER_BAD_PAYLOAD',
      (q, r) => r.writeHead(302, { location: `//other.test${q.url}` }).end(),
    ],
    ['a web page', 'PROVIDER_BAD_PAYLOAD', (q, r) => r.end(`<html>${q.url} ${q.headers['x-key']}</html>`)],
    ['a refusal', 'PROVIDER_KEY_REFUSED', json({ message: `no such key ${secret}` }, {}, 401)],
    ['a 200 that is an error', 'PROVIDER_KEY_REFUSED', json({ message: `no such key ${secret}` })],
    ['silence', 'PROVIDER_TIMEOUT', () => {}],
    ['a cut connection', 'PROVIDER_UNREACHABLE', (_q, r) => r.socket?.destroy()],
  ];

  test.each(telling)('made of %s is %s and never shows a secret', async (name, code, answer) => {
    const { failure, clock, upstream } = await bench(answer, {
      secrets: [secret],
      secretQuery: ['apiKey', 'token'],
      errorOf: (status, _headers, body) =>
        typeof body === 'object'
          ? new ProviderError('PROVIDER_KEY_REFUSED', `They say ${JSON.stringify(body)}`, {
              details: { body, status },
              cause: new Error(secret),
            })
          : undefined,
    });
    const query = { apiKey: secret, token: 'known by its name alone', region: 'eu' };
    const failed = failure('/odds', { query, headers: { 'x-key': secret } });
    await upstream.received(1);
    if (name === 'silence') await clock.advance(seconds(5));
    const error = await failed;
    const shown = inspect(error, { depth: 8, showHidden: true });
    expect(error.code).toBe(code);
    for (const value of [secret, encodeURIComponent(secret), 'alone']) expect(shown).not.toContain(value);
    if (name === 'silence') {
      expect(error.details.url).toBe(`${upstream.url}/odds?apiKey=***&token=***&region=eu`);
    }
  });
});
