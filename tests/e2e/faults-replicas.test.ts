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

const place = ({ epoch, seq }: Received) => `${epoch}:${seq}`;
const changes = (client: LiveClient) => client.scores().filter(({ type }) => type !== 'snapshot');

function expectGapFree(client: LiveClient): void {
  const [first, ...rest] = client.scores();
  expect(rest.map(place)).toEqual(rest.map((_, i) => `${first?.epoch}:${(first?.seq ?? 0) + i + 1}`));
}

const LEAGUES = ['basketball/nba', 'football/nfl'];
const asked = (league: string) =>
  sandbox.requests
    .last()
    .filter(({ path }) => path.includes(league))
    .map(({ at }) => at);

test('two replicas: one polls, both serve the same, and the other takes over', async () => {
  const leader = await replica();
  const standby = await replica();
  expect([(await status(leader)).role, (await status(standby)).role]).toEqual(['leader', 'standby']);
  const { counts, tasks } = await status(standby);
  expect(counts.standby).toBe(tasks.length);

  const [near, far] = await followedOnBoth(leader, standby);
  await seesTheOthersOverride(leader, standby);
  await hearTheSame(near, far);
  await serveTheSame(leader, standby);
  await until('both leagues have been asked for', () => LEAGUES.every((league) => asked(league).length > 0));

  const heard = far.scores().length;
  leader.server.signal('SIGKILL');
  const killedAt = Date.now();
  await until('the other polls', async () => (await status(standby)).role === 'leader', 10_000);
  expect(Date.now() - killedAt).toBeLessThan(8_500);
  await until('its client hears on', () => far.scores().length > heard);
  expectGapFree(far);
  await askedByOneAtATime(killedAt);

  const back = await replica();
  expect((await status(back)).role).toBe('standby');
  for (const { server } of [standby, back]) {
    expect(server.lines.filter(({ level }) => ['error', 'fatal'].includes(level))).toEqual([]);
    server.signal('SIGTERM');
    expect((await server.ended).code).toBe(0);
  }
});

/** A client on each, of the same match in play. */
async function followedOnBoth(one: Replica, other: Replica): Promise<[LiveClient, LiveClient]> {
  const matchId = await until('a match is in play', async () => {
    const { scores } = await other.get<{ scores: { matchId: string }[] }>(
      '/api/scores?sport=basketball&status=live&limit=1',
    );
    return scores[0]?.matchId;
  });
  const follow = ({ url }: Replica) => liveClient(`${url.replace('http', 'ws')}/live/${matchId}`);
  return Promise.all([follow(one), follow(other)]);
}

/** What an operator changes on a replica that does not poll holds within a second on the one that does. */
async function seesTheOthersOverride(leader: Replica, standby: Replica): Promise<void> {
  const token = await operatorToken(JWT_SECRET, 'ann');
  const changed = await fetch(`${standby.url}/api/polling/update`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
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
}

async function hearTheSame(near: LiveClient, far: LiveClient): Promise<void> {
  const both = () => {
    const there = new Map(changes(far).map((message) => [place(message), message]));
    return changes(near).filter((message) => there.has(place(message)));
  };
  await until('both clients have heard the same five changes', () => both().length >= 5, 20_000);
  const there = new Map(changes(far).map((message) => [place(message), message]));
  for (const message of both()) expect(there.get(place(message))).toEqual(message);
  for (const client of [near, far]) expectGapFree(client);
}

async function serveTheSame(one: Replica, other: Replica): Promise<void> {
  const served = async ({ get }: Replica) => {
    const { scores } = await get<{
      scores: { matchId: string; epoch: string; seq: number; score: unknown }[];
    }>('/api/scores?limit=100');
    return scores.map(({ matchId, epoch, seq, score }) => ({ matchId, epoch, seq, score }));
  };
  await until('both serve the same', async () => {
    const [here, there] = await Promise.all([served(one), served(other)]);
    return here.length > 0 && Bun.deepEquals(here, there);
  });
}

/**
 * The provider's terms are ten seconds. Two that poll would both have asked at their start; whoever takes over asks once
 * off the grid.
 */
async function askedByOneAtATime(takenOverAt: number): Promise<void> {
  await until('both are asked again', () =>
    LEAGUES.every((league) => (asked(league).at(-1) ?? 0) > takenOverAt),
  );
  for (const league of LEAGUES) {
    const times = asked(league);
    for (const span of [times.filter((at) => at < takenOverAt), times.filter((at) => at >= takenOverAt)]) {
      const gaps = span.slice(1).map((at, i) => at - (span[i] ?? 0));
      expect(span.length).toBeGreaterThan(0);
      for (const gap of gaps) expect(gap).toBeGreaterThan(8_900);
    }
  }
}
