import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import type { FaultOrder } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { TEST_KEY, type UpstreamId } from '../../sandbox/upstream.ts';
import { providerId } from '../../src/domain/ids.ts';
import { seconds } from '../../src/domain/time.ts';
import type { ProviderDefinition } from '../../src/ports/provider.ts';
import { espn } from '../../src/providers/espn/index.ts';
import { theOddsApi } from '../../src/providers/the-odds-api/index.ts';
import { fastClock } from '../support/fast-clock.ts';
import { operatorToken } from '../support/operator-token.ts';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(60_000);

const JWT_SECRET = 'provider-test-9b3e7c1d5f8a4260c7e1a9d3';
// Ten times faster than life, the providers' own terms included.
const FAST = 10;
const clock = fastClock(FAST);
const wait = (span: number) => clock.sleep(span, new AbortController().signal);

interface Afflicted {
  readonly fault: FaultOrder['fault'];
  readonly more?: Partial<FaultOrder>;
  readonly upstream?: UpstreamId;
  readonly league?: string;
  /** How its polls fail; absent when they do not. */
  readonly code?: string;
}

// Each has an upstream and a provider of its own, so that all can be ill at once.
const AFFLICTED: readonly Afflicted[] = [
  { fault: 'slow', more: { ms: 100 } },
  { fault: 'hang', code: 'PROVIDER_TIMEOUT' },
  { fault: '429', more: { retryAfter: '25' }, code: 'PROVIDER_RATE_LIMITED' },
  { fault: '500', code: 'PROVIDER_UPSTREAM_ERROR', league: 'laliga' },
  { fault: 'cut', code: 'PROVIDER_UNREACHABLE' },
  { fault: 'garbage', code: 'PROVIDER_BAD_PAYLOAD' },
  { fault: 'half', code: 'PROVIDER_BAD_PAYLOAD' },
  { fault: 'huge', code: 'PROVIDER_BODY_TOO_LARGE' },
  { fault: 'deep', code: 'PROVIDER_BAD_PAYLOAD' },
  { fault: 'wrong-type' },
  { fault: 'empty' },
  { fault: 'key-refused', upstream: 'the-odds-api', league: 'nba', code: 'PROVIDER_KEY_REFUSED' },
  { fault: 'quota', upstream: 'the-odds-api', league: 'nba', code: 'PROVIDER_QUOTA_EXHAUSTED' },
];
const ids = AFFLICTED.map(({ fault }) => `ill-${fault}`);
const FAILING = AFFLICTED.filter(({ code }) => code !== undefined);
const PASSING = FAILING.filter(({ upstream }) => upstream === undefined);

interface Source {
  readonly provider: string;
  readonly score: unknown;
  readonly status: string;
  readonly ageMs: number;
}
interface Score {
  readonly matchId: string;
  readonly score: unknown;
  readonly status: string;
  readonly stale: boolean;
  readonly staleReason: string | null;
  readonly seq: number;
  readonly sources: readonly Source[];
}
interface Health {
  readonly provider: string;
  readonly status: string;
  readonly reason: string | null;
  readonly lastErrorCode: string | null;
  readonly errorRate: number;
  readonly dropped: Readonly<Record<string, number>>;
}
interface Task {
  readonly taskId: string;
  readonly provider: string;
  readonly state: string;
  readonly reason: string;
  readonly lastErrorCode: string | null;
  readonly nextRunAt: string | null;
  readonly runs: number;
}

let server: RunningApp;
let sandboxes: Sandbox[];
let control: Sandbox;
beforeAll(async () => {
  const world = { now: clock.now };
  [control, ...sandboxes] = (await Promise.all(['control', ...ids].map(() => startSandbox(world)))) as [
    Sandbox,
    ...Sandbox[],
  ];
  server = await runningApp(...settings());
});
afterAll(async () => {
  await server.stop();
  await Promise.all([control, ...sandboxes].map((sandbox) => sandbox.stop()));
});

function settings(): Parameters<typeof runningApp> {
  const variables: Record<string, string> = { JWT_SECRET, ESPN_LEAGUES: 'epl,nba' };
  variables.ESPN_BASE_URL = control.baseUrl('espn');
  const definitions: ProviderDefinition[] = [espn];
  for (const [i, { fault, upstream = 'espn', league = 'epl' }] of AFFLICTED.entries()) {
    const name = `ILL_${fault.replace('-', '_').toUpperCase()}`;
    variables[`${name}_BASE_URL`] = sandboxes[i]?.baseUrl(upstream) ?? '';
    variables[`${name}_LEAGUES`] = league;
    variables[`${name}_SPORTS`] = league;
    variables[`${name}_KEY`] = TEST_KEY;
    const model: ProviderDefinition = upstream === 'espn' ? espn : theOddsApi;
    const timeout = fault === 'hang' ? seconds(5) : seconds(50);
    const { quotaPeriod: _, ...pace } = model.pace;
    definitions.push({ ...model, id: providerId(`ill-${fault}`), pace: { ...pace, timeout } });
  }
  variables.PROVIDERS = definitions.map(({ id }) => id).join(',');
  return [variables, clock, definitions];
}

const allHealth = async (): Promise<ReadonlyMap<string, Health>> => {
  const { providers } = await server.get<{ providers: Health[] }>('/api/providers/health');
  return new Map(providers.map((health) => [health.provider, health]));
};
const allTasks = async () => (await server.get<{ tasks: Task[] }>('/api/polling/status')).tasks;
const tasksOf = async (fault: string) =>
  (await allTasks()).filter(({ provider }) => provider === `ill-${fault}`);
const live = async (league: string) =>
  (await server.get<{ scores: Score[] }>(`/api/scores?league=${league}&limit=100`)).scores.filter(
    ({ status }) => status === 'live' || status === 'paused',
  );
const asked = (fault: string, upstream: UpstreamId) =>
  sandboxes[ids.indexOf(`ill-${fault}`)]?.requests.count(upstream) ?? 0;

test('thirteen faults at once: each fails alone, is told apart, and passes', async () => {
  await until('all are healthy', async () => {
    const health = [...(await allHealth()).values()];
    return health.every(({ status }) => status === 'healthy');
  });
  expect((await server.get<{ status: string }>('/health')).status).toBe('ok');
  const watched = await until('a match is in play in each league', async () => {
    const [epl, laliga] = [await live('epl'), await live('laliga')];
    return epl[0] && laliga[0] && { shared: epl[0].matchId, alone: laliga[0].matchId };
  });
  const score = (id: string) => server.get<Score>(`/api/scores/${id}`);
  const saidBy = (document: Score, fault: string) =>
    document.sources.find(({ provider }) => provider === `ill-${fault}`);
  await until('all speak of it', async () => (await score(watched.shared)).sources.length === 11);

  for (const [i, { fault, more, upstream = 'espn' }] of AFFLICTED.entries()) {
    sandboxes[i]?.setFault({ provider: upstream, fault, untilCleared: true, ...more });
  }
  await until('each failing one has said why', async () => {
    const tasks = await allTasks();
    return FAILING.every(({ fault, code }) =>
      tasks.some(({ provider, lastErrorCode }) => provider === `ill-${fault}` && lastErrorCode === code),
    );
  });
  const begun = await score(watched.shared);
  const aloneThen = await score(watched.alone);

  await until('each failing one is degraded or worse', async () => {
    const health = await allHealth();
    return FAILING.every(({ fault }) =>
      ['degraded', 'down'].includes(health.get(`ill-${fault}`)?.status ?? ''),
    );
  });
  const overall = await server.get<{ status: string; reasons: string[] }>('/health');
  expect(overall.status).toBe('degraded');
  const health = await allHealth();
  for (const { fault, code } of FAILING) {
    const { status, lastErrorCode } = health.get(`ill-${fault}`) ?? {};
    expect({ fault, lastErrorCode }).toEqual({ fault, lastErrorCode: code ?? '' });
    expect(overall.reasons.join('\n')).toContain(`provider ill-${fault} is ${status} since `);
  }
  for (const { state, reason, lastErrorCode, taskId } of await allTasks()) {
    if (state === 'backing_off') expect(`${taskId}: ${reason}`).toContain(lastErrorCode ?? 'a code');
  }
  expect((await tasksOf('429'))[0]?.reason).toContain('Retry-After');

  // A view that only the ill speak of goes stale; one that others speak of does not.
  const stale = await until('the view nobody renews is stale', async () => {
    const document = await score(watched.alone);
    return document.stale && document;
  });
  expect(stale).toMatchObject({
    score: aloneThen.score,
    status: aloneThen.status,
    staleReason: 'sources_silent',
  });
  expect(stale.sources[0]?.ageMs).toBeGreaterThan(seconds(60));
  const now = await score(watched.shared);
  expect(now.stale).toBe(false);
  for (const { fault, league = 'epl' } of [...PASSING, { fault: 'empty' } as Afflicted]) {
    if (league !== 'epl') continue;
    const [before, after] = [saidBy(begun, fault), saidBy(now, fault)];
    expect({ fault, score: after?.score, status: after?.status }).toEqual({
      fault,
      score: before?.score,
      status: before?.status ?? '',
    });
    expect(after?.ageMs).toBeGreaterThan((before?.ageMs ?? 0) + seconds(20));
  }
  const healthyOnes = await allHealth();
  expect(healthyOnes.get('espn')).toMatchObject({ status: 'healthy', errorRate: 0, lastErrorCode: null });
  for (const fault of ['slow', 'wrong-type', 'empty']) {
    expect(healthyOnes.get(`ill-${fault}`)).toMatchObject({ status: 'healthy', lastErrorCode: null });
  }
  expect(healthyOnes.get('ill-wrong-type')?.dropped.wrong_type).toBeGreaterThan(0);
  expect(now.sources.find(({ provider }) => provider === 'espn')?.ageMs).toBeLessThan(seconds(30));

  // The refused key is not tried again; the spent quota waits.
  const stopped = await tasksOf('key-refused');
  expect(stopped.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  expect(healthyOnes.get('ill-key-refused')?.reason).toMatch(/key/i);
  expect(overall.reasons).toContain('2 polling tasks stopped');
  expect(healthyOnes.get('ill-quota')?.reason).toContain('quota');
  const counts = () => [asked('key-refused', 'the-odds-api'), asked('quota', 'the-odds-api')];
  const [keyed, metered] = [counts(), await tasksOf('quota')];
  for (const { nextRunAt } of metered) {
    expect(Date.parse(nextRunAt ?? '') - clock.now()).toBeGreaterThan(seconds(600));
  }
  await wait(seconds(20));
  expect(counts()).toEqual(keyed);

  // All is well again: it shows, and nobody has to do anything but for the key.
  for (const sandbox of sandboxes) sandbox.clearFaults();
  await until(
    'those that pass by themselves have passed',
    async () => {
      const found = await allHealth();
      return PASSING.every(({ fault }) => found.get(`ill-${fault}`)?.status === 'healthy');
    },
    30_000,
  );
  await until('the view is renewed', async () => !(await score(watched.alone)).stale);
  expect(counts()).toEqual(keyed);
  const { status } = await server.post(
    '/api/polling/update',
    { taskId: 'ill-key-refused:scores:nba', interval: 20_000 },
    await operatorToken(JWT_SECRET, 'ann'),
  );
  expect(status).toBe(200);
  await until('the task an operator touched is asked again', () => counts()[0] === (keyed[0] ?? 0) + 1);
});
