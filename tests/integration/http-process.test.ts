import { afterEach, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { systemClock } from '../../src/platform/system-clock.ts';
import { anApi } from '../support/api.ts';
import { aMatch } from '../support/views.ts';

type State = 'starting' | 'ready' | 'draining';

const started: ReturnType<typeof anApi>[] = [];
/** The server on a real port, with a state that tests can set and a route that answers when it is let. */
async function start(options: Parameters<typeof anApi>[0] = {}) {
  const state: { now: State } = { now: 'ready' };
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const api = anApi(options, {
    clock: systemClock,
    readiness: { state: () => state.now, reasons: () => (state.now === 'ready' ? [] : ['history']) },
    extensions: [
      async (app) => {
        app.get('/slow', async () => {
          arrived.resolve();
          await release.promise;
          return { done: true };
        });
      },
    ],
  });
  started.push(api);
  await api.server.start();
  return { ...api, url: api.server.address(), state, arrived: arrived.promise, release: release.resolve };
}
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ server }) => server.stop()));
});

/** Sends bytes and gives all that comes back until the other side closes. */
function raw(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
  });
}

describe('readiness', () => {
  const STATES: readonly [State, number, number][] = [
    ['starting', 503, 503],
    ['ready', 200, 200],
    ['draining', 503, 503],
  ];
  for (const [state, ready, health] of STATES)
    test(`${state}: /readyz ${ready}, /livez 200`, async () => {
      const api = await start();
      api.state.now = state;
      const readyz = await fetch(`${api.url}/readyz`);
      expect([readyz.status, await readyz.json()]).toEqual([
        ready,
        { status: state, reasons: state === 'ready' ? [] : ['history'] },
      ]);
      expect((await fetch(`${api.url}/livez`)).status).toBe(200);
      expect((await fetch(`${api.url}/health`)).status).toBe(health);
    });

  test('every answer of a draining server closes its connection', async () => {
    const api = await start();
    await api.score(aMatch('m-1'), 1);
    for (const path of ['/api/scores/m-1', '/readyz', '/api/nope']) {
      expect((await fetch(api.url + path)).headers.get('connection')).toBe('keep-alive');
    }
    api.state.now = 'draining';
    for (const path of ['/api/scores/m-1', '/readyz', '/api/nope']) {
      const text = await raw(api.url, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect(text.toLowerCase()).toContain('connection: close');
    }
  });
});

describe('health', () => {
  test('says what is there, and degraded when a store is away', async () => {
    const api = anApi();
    started.push(api);
    expect((await api.get('/health')).json()).toEqual({
      status: 'ok',
      reasons: [],
      version: '1.2.3',
      uptimeSeconds: 0,
      stores: {
        postgres: { kind: 'postgres', status: 'ok', since: '1970-01-01T00:00:00.000Z', lastErrorCode: null },
        redis: { kind: 'memory', status: 'ok', since: '2026-01-03T15:00:00.000Z', lastErrorCode: null },
      },
      history: { waiting: 0, lost: 0 },
      providers: { unknown: 0, healthy: 0, degraded: 0, down: 0, disabled: 0 },
      polling: { waiting: 2, polling: 0, backing_off: 0, stopped: 0, standby: 0 },
      websocket: { connections: 0 },
    });
    api.history.health = () => ({ kind: 'postgres', status: 'down', since: api.clock.now() });
    await api.clock.advance(90_500);
    const away = await api.get('/health');
    expect(away.statusCode).toBe(200);
    expect(away.json()).toMatchObject({ status: 'degraded', uptimeSeconds: 90 });
    expect(away.json().reasons[0]).toStartWith('postgres is down since');
  });
});

describe('stop', () => {
  test('answers what is in flight, then closes, idle connections included', async () => {
    const api = await start();
    // A kept-alive connection that has nothing to say must not hold the close.
    await fetch(`${api.url}/livez`);
    const slow = fetch(`${api.url}/slow`);
    await api.arrived;
    let over = false;
    const stopped = api.server.stop().then(() => {
      over = true;
    });
    expect(over).toBe(false);
    api.release();
    expect(await (await slow).json()).toEqual({ done: true });
    await stopped;
    expect(fetch(`${api.url}/livez`)).rejects.toThrow();
  });

  test('gives up on what does not end', async () => {
    const api = await start({ drainMs: 200 });
    const slow = fetch(`${api.url}/slow`).then(
      () => 'answered',
      () => 'cut',
    );
    await api.arrived;
    await api.server.stop();
    expect(await slow).toBe('cut');
    api.release();
  });

  test('twice is once, and before a start is nothing', async () => {
    const api = await start();
    expect(api.server.stop()).toBe(api.server.stop());
    await api.server.stop();
    const never = anApi();
    await never.server.stop();
  });

  test('start is idempotent, and fails when the port is taken', async () => {
    const api = await start();
    expect(api.server.start()).toBe(api.server.start());
    const second = anApi({ port: Number(new URL(api.url).port) }, { clock: systemClock });
    started.push(second);
    await expect(second.server.start()).rejects.toThrow();
  });
});

describe('bytes that are no request', () => {
  const BAD: readonly { name: string; given: string | Buffer; expected: string }[] = [
    { name: 'garbage', given: 'garbage\r\n\r\n', expected: 'MALFORMED_REQUEST' },
    {
      name: 'unknown method',
      given: 'FOO /api/sports HTTP/1.1\r\nHost: a\r\n\r\n',
      expected: 'MALFORMED_REQUEST',
    },
    {
      name: 'bad header',
      given: 'GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n',
      expected: 'MALFORMED_REQUEST',
    },
    {
      name: 'huge headers',
      given: `GET /livez HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`,
      expected: 'HEADERS_TOO_LARGE',
    },
    {
      name: 'two lengths',
      given:
        'POST /api/polling/update HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      expected: 'MALFORMED_REQUEST',
    },
  ];
  for (const { name, given, expected } of BAD)
    test(`${name}: ${expected}`, async () => {
      const api = await start();
      const text = await raw(api.url, given);
      expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(text).toContain('application/problem+json');
      expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).toMatchObject({ code: expected });
      expect((await fetch(`${api.url}/livez`)).status).toBe(200);
    });

  test('raw bytes in an address are answered, never with a 500', async () => {
    const api = await start();
    for (const path of [
      '/api/scores/\xff\xfe',
      '/api/scores/m-1?\xc3\x28=1',
      '/api/scores?league=\xf0\x9f\x98\x80',
    ]) {
      const text = await raw(
        api.url,
        Buffer.from(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 'latin1'),
      );
      expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
  });

  test('names outside ASCII arrive whole', async () => {
    const api = await start();
    const name = 'Fußballclub Žižkov 東京';
    await api.score(aMatch('m-1', { home: { name } }), 1);
    for (let n = 0; n < 2; n++) {
      const answer = (await (await fetch(`${api.url}/api/scores/m-1`)).json()) as { homeTeam: string };
      expect(answer.homeTeam).toBe(name);
    }
  });

  test('a HEAD answer over the wire has a length and no body', async () => {
    const api = await start();
    await api.score(aMatch('m-1'), 1);
    const text = await raw(api.url, 'HEAD /api/scores/m-1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/content-length: [1-9]\d+/i);
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe('');
  });
});
