import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { Redis } from 'ioredis';
import { SHARDS } from '../../src/domain/event.ts';
import { type LiveClient, liveClient } from '../support/live-client.ts';
import { type TestPostgres, testPostgres } from '../support/postgres.ts';
import { aFixture, PUSH_SECRET, pusher } from '../support/pushing.ts';
import { ownRedisProgram } from '../support/redis.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { runningApp } from '../support/running-app.ts';
import { endServers, type ServerProcess, serverFolder, serverProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(90_000);

let postgres: TestPostgres;
let redis: RunningRedis;
let sender: Awaited<ReturnType<typeof pusher>>;
beforeAll(async () => {
  [postgres, redis, sender] = await Promise.all([testPostgres(), startRedis(ownRedisProgram()), pusher()]);
});
afterAll(async () => {
  await endServers();
  await redis.end('SIGKILL');
  await postgres.drop();
});

interface Replica {
  readonly server: ServerProcess;
  readonly url: string;
}

async function replica(): Promise<Replica> {
  const server = serverProcess({
    DATA_DIR: serverFolder(),
    JWT_SECRET: PUSH_SECRET,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    RATE_LIMIT_MAX: '1000000',
    PROVIDERS: 'simulated',
  });
  const url = await server.ready;
  return { server, url };
}

const MATCHES = 6;
const fixtures = Array.from({ length: MATCHES }, (_, i) =>
  aFixture(
    `k-${i}`,
    ['Ostra Vale', 'Merrow', 'Quillon Park', 'Saltmarsh', 'Dunmere', 'Wexholt'][i] ?? '',
    ['Tarn Rovers', 'Halden City', 'Corvale', 'Northbridge', 'Eastvale', 'Harbour Town'][i] ?? '',
    new Date(Date.now() - 20 * 60_000).toISOString(),
  ),
);

/** Pushes to whichever replica answers, again under the same id until it is accepted. */
async function pushSurely(urls: readonly string[], type: string, id: string, data: object): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const url = urls[attempt % urls.length] ?? '';
    const accepted = await sender.push(url, 'north-feed', type, id, data).then(
      () => true,
      () => false,
    );
    if (accepted) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${id} was never accepted`);
}

const told = (client: LiveClient) =>
  client.messages.filter(({ type }) => type === 'match_event').map(({ data }) => String(data.id));

test('the leader is killed under load: every accepted event is told once, in order, and is once in its stream', async () => {
  const leader = await replica();
  const standby = await replica();
  const both = [leader.url, standby.url];
  for (const [i, fixture] of fixtures.entries())
    await pushSurely(both, 'live_score', `k-${i}-start`, { ...fixture, homeScore: 0, awayScore: 0 });
  const ids = await Promise.all(
    fixtures.map(({ matchId }) =>
      until(`${matchId} is known`, async () => {
        const answer = await fetch(`${standby.url}/api/scores/north-feed:${matchId}`);
        return answer.ok ? ((await answer.json()) as { matchId: string }).matchId : undefined;
      }),
    ),
  );
  // Who stays connected is on the one that survives.
  const clients = await Promise.all(
    ids.map((id) => liveClient(`${standby.url.replace('http', 'ws')}/live/${id}`)),
  );
  let killed = false;
  const expected: string[][] = fixtures.map(() => []);
  await Promise.all(
    fixtures.map(async ({ matchId }, i) => {
      for (let n = 1; n <= 60; n++) {
        const id = `${matchId}-${n}`;
        if (i === 0 && n === 25) {
          leader.server.signal('SIGKILL');
          killed = true;
        }
        const urls = killed ? [standby.url] : n % 2 === 0 ? both : [...both].reverse();
        await pushSurely(urls, 'match_event', id, {
          matchId,
          id,
          type: 'points',
          homeScore: n,
          awayScore: 0,
        });
        expected[i]?.push(id);
      }
    }),
  );
  await until(
    'all is told',
    () => clients.every((client, i) => told(client).length >= (expected[i]?.length ?? 0)),
    30_000,
  );
  for (const [i, client] of clients.entries()) {
    expect(told(client)).toEqual(expected[i] as string[]);
    const numbered = client.messages.filter(({ type }) => !['heartbeat', 'snapshot'].includes(type));
    expect(numbered.filter(({ type }) => type === 'resync')).toEqual([]);
    expect(numbered.map(({ seq }) => seq)).toEqual(numbered.map((_, n) => (numbered[0]?.seq ?? 0) + n));
    client.close();
  }
  for (const id of ids) {
    const score = await (await fetch(`${standby.url}/api/scores/${id}`)).json();
    expect(score).toMatchObject({ score: { home: 60, away: 0 } });
  }
  const reader = new Redis(redis.url);
  try {
    await until('the streams have caught up', async () => {
      for (let shard = 0; shard < SHARDS; shard++) {
        const entries = (await reader.xrange(`events:{${shard}}`, '-', '+')).map(([id]) => id);
        const stored = await postgres.sql<{ n: string }[]>`
          select sequence_number as n from events where shard_id = ${shard} order by sequence_number`;
        if (entries.join() !== stored.map(({ n }) => `${n}-0`).join()) return false;
      }
      return true;
    });
  } finally {
    reader.disconnect();
  }
  expect(await postgres.sql`select 1 from dead_letters`).toHaveLength(0);
  expect(standby.server.lines.filter(({ level }) => ['error', 'fatal'].includes(level))).toEqual([]);
});

test('Redis is killed and comes back empty: pushes are taken meanwhile, told afterwards, once each, and the streams are whole', async () => {
  const program = ownRedisProgram();
  let own = await startRedis(program);
  const { port } = own;
  const database = await testPostgres();
  const server = await runningApp({
    PROVIDERS: 'simulated',
    JWT_SECRET: PUSH_SECRET,
    DATABASE_URL: database.url,
    REDIS_URL: own.url,
  });
  const reader = new Redis(own.url);
  reader.on('error', () => {});
  try {
    const fixture = aFixture(
      'r-1',
      'Kestrel Vale',
      'Lorne Harbour',
      new Date(Date.now() - 600_000).toISOString(),
    );
    const goal = (n: number) =>
      sender.push(server.url, 'north-feed', 'match_event', `goal-${n}`, {
        ...fixture,
        id: `goal-${n}`,
        type: 'goal',
        team: 'home',
        homeScore: n,
        awayScore: 0,
      });
    for (let n = 1; n <= 5; n++) await goal(n);
    await until('the first are shown', async () => {
      const { score } = await server.get<{ score?: { home: number } }>('/api/scores/north-feed:r-1');
      return score?.home === 5;
    });
    await own.end('SIGKILL');
    for (let n = 6; n <= 15; n++) expect((await goal(n)).status).toBe(202);
    own = await startRedis(program, { port });
    await until(
      'the last is shown',
      async () => {
        const { score } = await server.get<{ score?: { home: number } }>('/api/scores/north-feed:r-1');
        return score?.home === 15;
      },
      30_000,
    );
    await until('the streams have all', async () => {
      const stored = await database.sql<{ shard_id: number; n: string }[]>`
        select shard_id, sequence_number as n from events order by shard_id, sequence_number`;
      const found: string[] = [];
      for (let shard = 0; shard < SHARDS; shard++)
        for (const [id] of await reader.xrange(`events:{${shard}}`, '-', '+').catch(() => []))
          found.push(`${shard} ${id}`);
      return found.join() === stored.map(({ shard_id, n }) => `${shard_id} ${n}-0`).join();
    });
    await server.app.history.flushed();
    const facts = await database.sql<{ id: string }[]>`
      select data ->> 'id' as id from live_scores where kind = 'match_event' order by epoch, seq`;
    expect(facts.map(({ id }) => id)).toEqual(Array.from({ length: 15 }, (_, i) => `goal-${i + 1}`));
    expect(await server.app.eventLog.deadLetters({ limit: 1 })).toEqual([]);
  } finally {
    reader.disconnect();
    await server.stop();
    await own.end('SIGKILL');
    await database.drop();
  }
});
