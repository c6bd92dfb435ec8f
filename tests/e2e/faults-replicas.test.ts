import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { type LiveClient, liveClient, type Received } from '../support/live-client.ts';
import { operatorToken } from '../support/operator-token.ts';
import { type TestPostgres, testPostgres } from '../support/postgres.ts';
import { ownRedisProgram } from '../support/redis.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { endServers, type ServerProcess, serverFolder, serverProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(60_000);

const JWT_SECRET = 'replica-test-1c9e5d3b7f2a48e0a6d4c8b2';

let sandbox: Sandbox;
let redis: RunningRedis;
let postgres: TestPostgres;
beforeAll(async () => {
  [sandbox, redis, postgres] = await Promise.all([
    startSandbox({ speed: 60 }),
    startRedis(ownRedisProgram()),
    testPostgres(),
  ]);
});
afterAll(async () => {
  await endServers();
  await Promise.all([sandbox.stop(), redis.end('SIGKILL'), postgres.drop()]);
});

interface Status {
  readonly role: 'leader' | 'standby';
  readonly counts: Readonly<Record<string, number>>;
  readonly tasks: readonly {
    readonly taskId: string;
    readonly intervalMs: number;
    readonly intervalSource: string;
  }[];
}

interface Replica {
  readonly server: ServerProcess;
  readonly url: string;
  get<T>(path: string): Promise<T>;
}

async function replica(): Promise<Replica> {
  const server = serverProcess({
    DATA_DIR: serverFolder(),
    JWT_SECRET,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    RATE_LIMIT_MAX: '1000000',
    // A provider that counts what it is asked, at its terms' ten seconds, and two that change all the time.
    PROVIDERS: 'espn,simulated',
    ESPN_BASE_URL: sandbox.baseUrl('espn'),
    ESPN_LEAGUES: 'nba,nfl',
    SIMULATED_SPEED: '60',
  });
  const url = await server.ready;
  return { server, url, get: async <T>(path: string) => (await fetch(url + path)).json() as Promise<T> };
}

const status = ({ get }: Replica) => get<Status>('/api/polling/status?limit=1000');

const places = (client: LiveClient) =>
  client
    .scores()
    .filter(({ type }) => type !== 'snapshot')
    .map(({ epoch, seq }: Received) => `${epoch}:${seq}`);

const LEAGUES = ['basketball/nba', 'football/nfl'];

const asked = (path: string) =>
  sandbox.requests
    .last()
    .filter((request) => request.path.includes(path))
    .map(({ at }) => at);

test('two replicas: one polls, both serve the same, and the other takes over', async () => {
  const leader = await replica();
  const standby = await replica();
  expect([(await status(leader)).role, (await status(standby)).role]).toEqual(['leader', 'standby']);
  const { counts } = await status(standby);
  expect(counts.standby).toBe((await status(standby)).tasks.length);

  // One client on each, on the same match.
  const { matchId } = await until('a match is in play', async () => {
    const { scores } = await standby.get<{ scores: { matchId: string }[] }>(
      '/api/scores?sport=basketball&status=live&limit=1',
    );
    return scores[0];
  });
  const [near, far] = (await Promise.all(
    [leader, standby].map(({ url }) => liveClient(`${url.replace('http', 'ws')}/live/${matchId}`)),
  )) as [LiveClient, LiveClient];

  // An override made on the one that does not poll is in the other's status within a second.
  const changed = await fetch(`${standby.url}/api/polling/update`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await operatorToken(JWT_SECRET, 'ann')}`,
    },
    body: JSON.stringify({ scope: { sport: 'basketball' }, kind: 'scores', interval: 1_000 }),
  });
  expect(changed.status).toBe(200);
  await until(
    'the other replica knows it',
    async () => {
      const { tasks } = await status(leader);
      const nba = tasks.filter(({ taskId }) => taskId.endsWith(':scores:nba'));
      return nba.length > 0 && nba.every(({ intervalSource }) => intervalSource === 'override:sport');
    },
    1_000,
  );

  await until(
    'both clients have heard five changes',
    () => places(near).length >= 5 && places(far).length >= 5,
    20_000,
  );
  const shared = places(near).filter((place) => places(far).includes(place));
  expect(shared.length).toBeGreaterThan(3);
  expect(places(near).slice(places(near).indexOf(shared[0] ?? ''))).toEqual(expect.arrayContaining(shared));
  for (const client of [near, far]) {
    const seqs = client.scores().map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
  }
  await until('REST agrees on both', async () => {
    const [a, b] = await Promise.all(
      [leader, standby].map(({ get }) => get<Record<string, unknown>>(`/api/scores/${matchId}`)),
    );
    return a?.epoch === b?.epoch && a?.seq === b?.seq;
  });

  await until('both leagues have been asked for', () => LEAGUES.every((league) => asked(league).length > 0));
  const before = places(far).at(-1);
  leader.server.signal('SIGKILL');
  const killedAt = Date.now();
  await until('the other polls', async () => (await status(standby)).role === 'leader', 10_000);
  expect(Date.now() - killedAt).toBeLessThan(8_500);
  await until('its client hears on', () => places(far).at(-1) !== before);
  await until('both are asked again', () =>
    LEAGUES.every((league) => (asked(league).at(-1) ?? 0) > killedAt),
  );
  const seqs = far.scores().map(({ seq }) => seq);
  expect(new Set(far.scores().map(({ epoch }) => epoch)).size).toBe(1);
  expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));

  // Its terms are ten seconds. Both would have asked at the start, and on one grid from then on; whoever takes over asks
  // once more off the grid.
  for (const league of LEAGUES) {
    const times = asked(league);
    for (const [from, to] of [
      [0, killedAt],
      [killedAt, Date.now()],
    ] as const) {
      const meanwhile = times.filter((at) => at >= from && at < to);
      expect(meanwhile.length).toBeGreaterThan(0);
      const gaps = meanwhile.slice(1).map((at, i) => at - (meanwhile[i] ?? 0));
      for (const gap of gaps) expect(gap).toBeGreaterThan(8_900);
    }
  }

  // One that comes back finds the place taken.
  const back = await replica();
  expect((await status(back)).role).toBe('standby');
  for (const { server } of [standby, back]) {
    expect(server.lines.filter(({ level }) => ['error', 'fatal'].includes(level))).toEqual([]);
    server.signal('SIGTERM');
  }
  expect([(await standby.server.ended).code, (await back.server.ended).code]).toEqual([0, 0]);
});
