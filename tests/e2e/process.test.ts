import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { RawClient } from '../integration/realtime-raw-client.ts';
import { liveClient } from '../support/live-client.ts';
import { operatorToken } from '../support/operator-token.ts';
import {
  endServers,
  mayRun,
  type ServerProcess,
  serverFolder,
  serverProcess,
} from '../support/server-process.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(60_000);
afterAll(endServers);

const JWT_SECRET = 'process-test-5d0c2b9e8f7a41c6b3d2e1f0';
const NOBODY = 65_534;

interface Score {
  readonly matchId: string;
  readonly sources: readonly unknown[];
}

/** A score that at least two sources speak of. */
const mergedScore = (url: string): Promise<Score> =>
  until(
    'a merged score can be read',
    async () => {
      // Slowly: the limit of requests stands at its default.
      await Bun.sleep(200);
      const answer = await fetch(`${url}/api/scores?status=live&limit=100`);
      const { scores } = (await answer.json()) as { scores: Score[] };
      return scores.find(({ sources }) => sources.length >= 2);
    },
    15_000,
  );

const told = ({ lines }: ServerProcess) => lines.map(({ level, msg }) => `${level} ${msg}`);
const urgent = ({ lines }: ServerProcess) =>
  lines.filter(({ level }) => ['warn', 'error', 'fatal'].includes(level));

async function terminated(server: ServerProcess): Promise<{ code: number; tookMs: number }> {
  const at = performance.now();
  server.signal('SIGTERM');
  const { code } = await server.ended;
  return { code, tookMs: performance.now() - at };
}

test('a start with nothing configured serves merged scores within 15 s', async () => {
  const begun = performance.now();
  const server = serverProcess({ DATA_DIR: serverFolder() });
  await mergedScore(await server.ready);
  expect(performance.now() - begun).toBeLessThan(15_000);
  expect((await terminated(server)).code).toBe(0);
});

describe.concurrent('a start', () => {
  test('is followed by silence while all is well', async () => {
    const server = serverProcess({ DATA_DIR: serverFolder() });
    await mergedScore(await server.ready);
    expect(told(server)).toEqual(['info this replica polls', 'info ready']);
    // Silence takes time.
    await Bun.sleep(10_000);
    expect(told(server).slice(2)).toEqual([]);
    expect((await terminated(server)).code).toBe(0);
    expect(urgent(server)).toEqual([]);
  });

  test('after kill -9 works on the same folder, and again', async () => {
    const DATA_DIR = serverFolder();
    for (let run = 1; run <= 3; run++) {
      const server = serverProcess({ DATA_DIR });
      await mergedScore(await server.ready);
      expect(urgent(server)).toEqual([]);
      if (run === 3) expect((await terminated(server)).code).toBe(0);
      else {
        server.signal('SIGKILL');
        expect((await server.ended).code).toBe(137);
      }
    }
  });

  if (mayRun(NOBODY)) {
    test('as an ordinary user works, twice', async () => {
      const DATA_DIR = serverFolder(NOBODY);
      for (let run = 1; run <= 2; run++) {
        const server = serverProcess({ DATA_DIR }, { user: NOBODY });
        await mergedScore(await server.ready);
        expect((await terminated(server)).code).toBe(0);
        expect(urgent(server)).toEqual([]);
      }
    });
  }

  test('with a bad configuration names every fault, shows no secret, and exits with 1', async () => {
    const server = serverProcess({
      DATA_DIR: serverFolder(),
      PORT: 'many',
      LOG_LEVEL: 'loud',
      NODE_ENV: 'production',
      JWT_SECRET: 'hunter2-short',
      DATABASE_URL: 'mysql://joe:hunter2-mysql@db/x',
      REDIS_URL: 'http://joe:hunter2-redis@cache',
      PROVIDERS: 'espn,nonesuch',
      POLLING_CONFIG: '/nonexistent.json',
      ALLOWED_ORIGINS: '*',
    });
    expect((await server.ended).code).toBe(1);
    const names = ['PORT', 'LOG_LEVEL', 'JWT_SECRET', 'DATABASE_URL', 'REDIS_URL', 'PROVIDERS'];
    for (const name of [...names, 'POLLING_CONFIG', 'ALLOWED_ORIGINS']) {
      expect(server.output()).toContain(`\n- ${name} `);
    }
    expect(server.output()).not.toContain('hunter2');
    expect(server.output()).not.toContain('    at ');
  });

  test('in production without a secret exits with 1', async () => {
    const server = serverProcess({ DATA_DIR: serverFolder(), NODE_ENV: 'production' });
    expect((await server.ended).code).toBe(1);
    expect(server.output()).toContain('JWT_SECRET is missing');
  });

  test('on a port that is taken says so and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const server = serverProcess({ DATA_DIR: serverFolder(), PORT: String(port) });
    expect((await server.ended).code).toBe(1);
    other.close();
    const [failure, ...more] = urgent(server);
    expect(failure).toMatchObject({ level: 'fatal', part: 'http', err: { code: 'EADDRINUSE' } });
    expect(JSON.stringify(failure)).toContain(String(port));
    expect(more).toEqual([]);
  });
});

/** A change of polling whose body stays half sent until `finish`; the answer's status. */
async function halfSent(url: string, token: string) {
  const body = JSON.stringify({ scope: { sport: 'soccer' }, interval: 60_000 });
  const sent = request(`${url}/api/polling/update`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
    },
  });
  const status = new Promise<number | string>((resolve) => {
    sent.once('response', (response) => resolve(response.resume().statusCode ?? 0));
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  await new Promise<void>((resolve) => sent.write(body.slice(0, 10), () => resolve()));
  // Answered on another connection, so that by now the first half has arrived too.
  for (let i = 0; i < 3; i++) await (await fetch(`${url}/livez`)).text();
  return { status, finish: () => sent.end(body.slice(10)) };
}

describe.concurrent('a stop', () => {
  test('answers what is in flight, tells the sockets to come back, and exits with 0', async () => {
    const server = serverProcess({ DATA_DIR: serverFolder(), JWT_SECRET });
    const url = await server.ready;
    const { matchId } = await mergedScore(url);
    const client = await liveClient(`${url.replace('http', 'ws')}/live/${matchId}`);
    const inFlight = await halfSent(url, await operatorToken(JWT_SECRET, 'ann'));
    const ending = terminated(server);
    expect(await client.closed).toEqual({ code: 1012, reason: 'server_restart' });
    expect(client.messages.at(-1)).toMatchObject({ type: 'closing', code: 1012, retryAfterMs: 0 });
    await until('no new connection is taken', () =>
      fetch(`${url}/livez`, { headers: { connection: 'close' } }).then(
        ({ status }) => status === 503,
        () => true,
      ),
    );
    inFlight.finish();
    expect(await inFlight.status).toBe(200);
    const { code, tookMs } = await ending;
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(5_000);
    expect(urgent(server)).toEqual([]);
    expect(told(server).at(-1)).toBe('info stopped');
  });

  test('is not held up by clients that never finish', async () => {
    const server = serverProcess({ DATA_DIR: serverFolder(), JWT_SECRET });
    const url = await server.ready;
    const inFlight = await halfSent(url, await operatorToken(JWT_SECRET, 'ann'));
    const deaf = new RawClient(Number(new URL(url).port), '/live/match-1');
    await until('its socket is open', () => deaf.messages.length > 0);
    const { code, tookMs } = await terminated(server);
    expect(await inFlight.status).toBe('ECONNRESET');
    expect(deaf.messages.at(-1)).toMatchObject({ type: 'closing' });
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    expect(urgent(server)).toEqual([]);
  });

  test('is ended at once by a second signal, and the next start recovers', async () => {
    const DATA_DIR = serverFolder();
    const server = serverProcess({ DATA_DIR, JWT_SECRET });
    const url = await server.ready;
    await halfSent(url, await operatorToken(JWT_SECRET, 'ann'));
    server.signal('SIGTERM');
    await until('it is stopping', () => told(server).includes('info stopping'));
    const at = performance.now();
    server.signal('SIGTERM');
    expect((await server.ended).code).toBe(143);
    expect(performance.now() - at).toBeLessThan(1_000);
    const next = serverProcess({ DATA_DIR, JWT_SECRET });
    await mergedScore(await next.ready);
    expect((await terminated(next)).code).toBe(0);
  });

  test('works while the stores are still being waited for', async () => {
    const server = serverProcess({ DATA_DIR: serverFolder(), DATABASE_URL: 'postgres://joe@127.0.0.1:1/x' });
    await until('it waits', () => server.lines.length > 0);
    const { code, tookMs } = await terminated(server);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(3_000);
  });
});
