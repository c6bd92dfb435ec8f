import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LiveClient, liveClient, type Received } from '../support/live-client.ts';
import { operatorToken } from '../support/operator-token.ts';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.ts';
import { temporaryDataDir } from '../support/postgres.ts';
import { ownRedisProgram } from '../support/redis.ts';
import { startRedis } from '../support/redis-server.ts';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { endServers, type ServerProcess, serverFolder, serverProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(60_000);

const JWT_SECRET = 'faults-test-7a1f4be2c09d4e6a8b35d7c1';
const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await endServers();
});

/** Matches that change every few seconds, polled every half of one. */
function lively(): Record<string, string> {
  const DATA_DIR = temporaryDataDir();
  const POLLING_CONFIG = join(DATA_DIR, 'polling.json');
  writeFileSync(POLLING_CONFIG, JSON.stringify({ default: { scores: { soon: 500, in_play: 500 } } }));
  return { DATA_DIR, POLLING_CONFIG, PROVIDERS: 'simulated', SIMULATED_SPEED: '60', JWT_SECRET };
}

async function running(variables: Record<string, string>): Promise<RunningApp> {
  const server = await runningApp({ ...lively(), ...variables });
  ends.push(() => server.stop());
  return server;
}

async function postgres(): Promise<OwnPostgres> {
  const server = await ownPostgres();
  ends.push(() => server.remove());
  return server;
}

async function redis(port?: number) {
  const server = await startRedis(ownRedisProgram(), port === undefined ? {} : { port });
  ends.push(() => server.end('SIGKILL'));
  return server;
}

interface Health {
  readonly status: string;
  readonly reasons: readonly string[];
  readonly history: { readonly waiting: number; readonly lost: number };
}

const health = ({ get }: RunningApp) => get<Health>('/health');

const healthy = (server: RunningApp) =>
  until('health is ok again', async () => (await health(server)).status === 'ok', 20_000);

/** Follows a basketball match in play: nothing changes as often. */
async function follow(server: RunningApp): Promise<{ matchId: string; client: LiveClient }> {
  const { matchId } = await until('a match is in play', async () => {
    const { scores } = await server.get<{ scores: { matchId: string }[] }>(
      '/api/scores?sport=basketball&status=live&limit=1',
    );
    return scores[0];
  });
  const client = await liveClient(`${server.webSocketUrl}/live/${matchId}`);
  ends.push(async () => client.close());
  return { matchId, client };
}

const places = (messages: readonly Received[]) => messages.map(({ epoch, seq }) => `${epoch}:${seq}`);
const changes = ({ scores }: LiveClient) => scores().filter(({ type }) => type !== 'snapshot');

const more = (client: LiveClient, count: number) => {
  const wanted = changes(client).length + count;
  return until(`${count} more changes`, () => changes(client).length >= wanted, 20_000);
};

function expectGapFree(messages: readonly Received[]): void {
  messages.forEach(({ epoch, seq }, i) => {
    expect(`${epoch}:${seq}`).toBe(`${messages[0]?.epoch}:${(messages[0]?.seq ?? 0) + i}`);
  });
}

describe.concurrent('lost while running', () => {
  test('Postgres: scores flow on, health says so, history catches up in order and whole', async () => {
    const database = await postgres();
    const server = await running(database.variables);
    const { matchId, client } = await follow(server);
    await more(client, 1);
    await database.takeDown();
    const degraded = await until('health is degraded', async () => {
      const found = await health(server);
      return found.status === 'degraded' && found;
    });
    expect(degraded.reasons).toEqual([
      expect.stringMatching(/^postgres is down since .+ \(STORE_UNAVAILABLE\)$/),
    ]);
    await more(client, 3);
    const [score, history, retuned, ready] = await Promise.all([
      fetch(`${server.url}/api/scores/${matchId}`),
      fetch(`${server.url}/api/matches/${matchId}/history`),
      server.post(
        '/api/polling/update',
        { scope: { sport: 'tennis' }, interval: 5_000 },
        await operatorToken(JWT_SECRET, 'ann'),
      ),
      fetch(`${server.url}/readyz`),
    ]);
    expect([score.status, history.status, retuned.status, ready.status]).toEqual([200, 503, 503, 200]);
    expect(((await score.json()) as { stale: boolean }).stale).toBe(false);
    for (const refused of [history, retuned]) {
      expect(await refused.json()).toMatchObject({ code: 'UNAVAILABLE' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await health(server)).history.waiting).toBeGreaterThan(0);

    await database.bringBack();
    await healthy(server);
    await more(client, 1);
    await server.app.history.flushed();
    expect((await health(server)).history).toMatchObject({ lost: 0 });
    const heard = changes(client);
    expectGapFree(heard);
    const { entries } = await server.get<{ entries: Received[] }>(
      `/api/matches/${matchId}/history?limit=500`,
    );
    expectGapFree(entries);
    expect(places(entries).slice(0, -1)).toEqual(expect.arrayContaining(places(heard).slice(0, -1)));
  });

  test('Redis: reads go on with their age, sockets are told, and it resumes by itself in a new epoch', async () => {
    const first = await redis();
    const server = await running({ REDIS_URL: first.url });
    const { matchId, client } = await follow(server);
    await more(client, 1);
    await first.end('SIGKILL');
    const degraded = await until('health is degraded', async () => {
      const found = await health(server);
      return found.status === 'degraded' && found;
    });
    expect(degraded.reasons).toEqual([
      expect.stringMatching(/^redis is down since .+ \(STORE_UNAVAILABLE\)$/),
    ]);
    const told = await until('the socket is told', () =>
      client.messages.find(({ type, stale }) => type === 'heartbeat' && stale === true),
    );
    expect(told.staleReason).toBe('store_unavailable');
    const last = client.scores().at(-1);
    const served = await server.get<Record<string, unknown> & { sources: { ageMs: number }[] }>(
      `/api/scores/${matchId}`,
    );
    expect(served).toMatchObject({ epoch: last?.epoch, seq: last?.seq, stale: true });
    await until('its age grows', async () => {
      const later = await server.get<typeof served>(`/api/scores/${matchId}`);
      return (later.sources[0]?.ageMs ?? 0) > (served.sources[0]?.ageMs ?? 0) + 1_000;
    });

    await redis(first.port);
    const before = client.messages.length;
    const resync = await until('a resync', () =>
      client.messages.find(({ type, epoch }) => type === 'resync' && epoch !== last?.epoch),
    );
    expect(client.messages[client.messages.indexOf(resync) + 1]).toMatchObject({
      type: 'snapshot',
      epoch: resync.epoch,
    });
    await healthy(server);
    await more(client, 3);
    const since = client.messages.slice(before).filter(({ epoch }) => epoch === resync.epoch);
    expectGapFree(since.filter(({ type }) => type.startsWith('score_')));
    expect(since.filter(({ type }) => type.startsWith('score_'))[0]?.seq).toBe(1);
    expect(server.app.polling.status().role).toBe('leader');
    expect(client.messages.filter(({ type }) => type === 'closing')).toEqual([]);
  });
});

describe.concurrent('refused at the start', () => {
  let cache: Awaited<ReturnType<typeof redis>>;
  let database: OwnPostgres;
  beforeAll(async () => {
    [cache, database] = await Promise.all([redis(), postgres()]);
  });

  const word = 'hunter2-hunter2';
  const waiting = (server: ServerProcess, part: string) =>
    server.lines.filter((line) => line.msg === 'waiting for a store' && line.part === part);

  const refusals = [
    { store: 'Postgres', how: 'exit', given: { DATABASE_URL: `postgres://joe:${word}@127.0.0.1:1/x` } },
    { store: 'Redis', how: 'exit', given: { REDIS_URL: `redis://joe:${word}@127.0.0.1:1/0` } },
  ];
  for (const { store, how, given } of refusals) {
    test(`${store} refused, and told to ${how}: says so without the password, exits with 1`, async () => {
      const server = serverProcess({ DATA_DIR: serverFolder(), STORES_AT_START: how, ...given });
      expect((await server.ended).code).toBe(1);
      expect(server.lines.filter(({ level }) => level === 'fatal')).toMatchObject([
        { msg: 'part failed to start', err: { code: 'STORE_UNAVAILABLE' } },
      ]);
      expect(server.output()).toContain(`${store} `);
      expect(server.output()).not.toContain(word);
    });
  }

  test('a wrong password or database is not waited for', async () => {
    const wrong = [
      { REDIS_URL: `redis://joe:${word}@127.0.0.1:${cache.port}` },
      { ...database.variables, DB_NAME: 'nonesuch' },
    ];
    for (const server of wrong.map((given) => serverProcess({ DATA_DIR: serverFolder(), ...given }))) {
      expect((await server.ended).code).toBe(1);
      expect(server.lines.filter(({ level }) => level === 'fatal')).toMatchObject([
        { err: { code: 'STORE_ACCESS_REFUSED' } },
      ]);
      expect(server.output()).not.toContain(word);
    }
  });

  test('told to retry: waits with back-off, warns, and comes up when they are there', async () => {
    const later = await postgres();
    const cacheLater = await redis();
    await Promise.all([later.takeDown(), cacheLater.end()]);
    const server = serverProcess({
      ...lively(),
      DATA_DIR: serverFolder(),
      ...later.variables,
      REDIS_URL: cacheLater.url,
    });
    await until('it has tried twice', () => waiting(server, 'history').length === 2);
    await later.bringBack();
    await until('it waits for Redis', () => waiting(server, 'live-store').length === 1);
    await redis(cacheLater.port);
    const url = await server.ready;
    expect(waiting(server, 'history').map(({ level, waitMs }) => [level, waitMs])).toEqual([
      ['warn', 1_000],
      ['warn', 2_000],
    ]);
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready', reasons: [] });
    server.signal('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });
});
