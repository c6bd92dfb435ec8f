import { afterEach, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { until } from '../support/until.ts';
import { commitScore, MATCH, refusal, startLive } from './realtime-harness.ts';

let stage: Awaited<ReturnType<typeof startLive>>;
afterEach(async () => {
  await stage.stop();
  expect(stage.realtime.connections()).toBe(0);
});

describe('an upgrade is refused', () => {
  const long = 'x'.repeat(65);
  const refusals = [
    { name: 'a match id of odd characters', path: '/live/a%20b', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'a match id of Unicode', path: '/live/%F0%9F%98%80', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'a match id that is too long', path: `/live/${long}`, status: 400, code: 'VALIDATION_FAILED' },
    { name: 'no match id', path: '/live/%20', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'a provider’s id that is empty', path: '/live/acme:', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'a provider that cannot be', path: '/live/A%20C:7', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'a provider’s id nobody linked', path: '/live/acme:7', status: 404, code: 'MATCH_NOT_FOUND' },
    { name: 'since without a colon', path: '/live/m?since=7', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'since with a negative seq', path: '/live/m?since=e:-1', status: 400, code: 'VALIDATION_FAILED' },
    {
      name: 'since beyond counting',
      path: `/live/m?since=e:${'9'.repeat(17)}`,
      status: 400,
      code: 'VALIDATION_FAILED',
    },
    {
      name: 'since given twice',
      path: '/live/m?since=e:1&since=e:2',
      status: 400,
      code: 'VALIDATION_FAILED',
    },
    { name: 'an empty since', path: '/live/m?since=', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'markets=yes', path: '/live/m?markets=yes', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'marketsSince alone', path: '/live/m?marketsSince=e:1', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'an unknown parameter', path: '/live/m?foo=1', status: 400, code: 'VALIDATION_FAILED' },
    { name: 'an inherited name', path: '/live/m?__proto__=1', status: 400, code: 'VALIDATION_FAILED' },
  ];
  for (const { name, path, status, code } of refusals) {
    test(`${name}: ${status} ${code}`, async () => {
      stage = await startLive();
      expect(await refusal(stage.port, path)).toMatchObject({ status, code });
      expect(await stage.metrics.registry.metrics()).toContain(
        `touchline_websocket_refused_total{code="${code}"} 1`,
      );
    });
  }

  test('a page of another origin: 403; no origin and an allowed one are let in', async () => {
    stage = await startLive({ allowedOrigins: ['https://scores.example'] });
    for (const origin of ['https://evil.example', 'null', 'https://scores.example.evil.example']) {
      expect(await refusal(stage.port, '/live/m', { origin })).toMatchObject({
        status: 403,
        code: 'ORIGIN_NOT_ALLOWED',
      });
    }
    const clients = [stage.connect('m'), stage.connect('m', { origin: 'https://scores.example' })];
    await Promise.all(clients.map((client) => client.untilType('snapshot')));
  });

  test('one address with too many sockets: 429; a place that is given back can be taken', async () => {
    stage = await startLive({ limits: { maxPerAddress: 2 } });
    const [first, second] = [stage.connect('m'), stage.connect('other')];
    await Promise.all([first, second].map((client) => client.untilType('snapshot')));
    const refused = await refusal(stage.port, '/live/m');
    expect(refused).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await first.leave();
    await stage.connections(1);
    await stage.connect('m').untilType('snapshot');
  });

  test('a full server: 503', async () => {
    stage = await startLive({ limits: { maxConnections: 1 } });
    await stage.connect('m').untilType('snapshot');
    const refused = await refusal(stage.port, '/live/m');
    expect(refused).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('what is not a live socket', () => {
  test('a plain GET is told to upgrade', async () => {
    stage = await startLive();
    const answer = await fetch(`http://127.0.0.1:${stage.port}/live/m`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get('upgrade')).toBe('websocket');
    expect(await answer.json()).toMatchObject({ code: 'UPGRADE_REQUIRED' });
  });

  const strays = [
    { name: 'a socket elsewhere', request: 'GET /health HTTP/1.1\r\nupgrade: websocket', status: '200' },
    { name: 'HTTP/2 in clear', request: 'GET /health HTTP/1.1\r\nupgrade: h2c', status: '200' },
    { name: 'HTTP/2 in clear, here', request: 'GET /live/m HTTP/1.1\r\nupgrade: h2c', status: '426' },
    {
      name: 'a body behind it',
      request: 'POST /health HTTP/1.1\r\ncontent-length: 9\r\nupgrade: h2c',
      status: '400',
    },
  ];
  for (const { name, request, status } of strays) {
    test(`an upgrade to ${name} is answered with ${status} and the connection closed`, async () => {
      stage = await startLive();
      let heard = '';
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      const socket = connect(stage.port, '127.0.0.1', () =>
        socket.write(
          `${request}\r\nhost: x\r\nconnection: Upgrade\r\n` +
            'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        ),
      );
      socket.on('data', (chunk) => {
        heard += chunk.toString();
      });
      socket.on('close', () => resolve());
      await closed;
      expect(heard).toStartWith(`HTTP/1.1 ${status} `);
    });
  }
});

describe('going away', () => {
  test('every client is told when to come back, closed with 1012, and no new one let in', async () => {
    stage = await startLive({ limits: { returnSpread: 1_000 } });
    await commitScore(stage.live, 1);
    const clients = Array.from({ length: 4 }, () => stage.connect(MATCH.id));
    await Promise.all(clients.map((client) => client.untilType('snapshot')));
    const stopping = stage.realtime.stop();
    expect(stage.realtime.stop()).toBe(stopping);
    const refused = await refusal(stage.port, '/live/m');
    expect(refused).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(refused.headers.get('retry-after')).toBe('1');
    await stopping;
    expect(stage.realtime.connections()).toBe(0);
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 1012, reason: 'server_restart' });
    }
    const hints = clients.map(({ messages }) => messages.at(-1));
    expect(hints).toMatchObject(
      clients.map(() => ({ type: 'closing', code: 1012, reason: 'server_restart' })),
    );
    expect(hints.map((hint) => hint?.retryAfterMs).sort()).toEqual([0, 250, 500, 750]);
  });

  test('closing the HTTP server closes the sockets in the same way', async () => {
    stage = await startLive();
    const client = stage.connect('m');
    await client.untilType('snapshot');
    await stage.stop();
    expect(await client.closed).toEqual({ code: 1012, reason: 'server_restart' });
  });

  test('a client that does not answer the close is cut', async () => {
    stage = await startLive({ limits: { closeGrace: 50 } });
    const socket = connect(stage.port, '127.0.0.1', () =>
      socket.write(
        'GET /live/m HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n' +
          'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      ),
    );
    socket.on('error', () => {});
    await stage.connections(1);
    socket.pause();
    await stage.realtime.stop();
    await until('nobody is left', () => stage.realtime.connections() === 0);
    socket.destroy();
  });
});
