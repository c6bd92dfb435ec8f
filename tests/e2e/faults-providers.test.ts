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
// At life's own pace the simulated leagues have their breaks: at this instant both are in play.
const clock = fastClock(FAST, '2026-11-20T05:30:00Z');
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
  readonly failures: number;
}

let server: RunningApp;
let sandboxes: Sandbox[];
let control: Sandbox;
beforeAll(async () => {
  const world = { now: clock.now, speed: 1 };
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
    ({ status }) => status === 'live',
  );
const asked = (fault: string, upstream: UpstreamId) =>
  sandboxes[ids.indexOf(`ill-${fault}`)]?.requests.count(upstream) ?? 0;

const score = (matchId: string) => server.get<Score>(`/api/scores/${matchId}`);
const saidBy = ({ sources }: Score, fault: string) =>
  sources.find(({ provider }) => provider === `ill-${fault}`);

/** A match that all but two speak of, and one that a single provider speaks of, which falls ill. */
interface Watched {
  readonly shared: Score;
  readonly alone: Score;
}

test('thirteen faults at once: each fails alone, is told apart, and passes', async () => {
  const watched = await allWell();
  sandboxes.forEach((sandbox, i) => {
    const { fault, more, upstream = 'espn' } = AFFLICTED[i] as Afflicted;
    sandbox.setFault({ provider: upstream, fault, untilCleared: true, ...more });
  });
  const begun = await eachSaysWhy(watched);
  await viewsTellTheirAge(begun);
  const asked = await refusedAreNotAsked();
  for (const sandbox of sandboxes) sandbox.clearFaults();
  await allRecover(begun, asked);
});

async function allWell(): Promise<Watched> {
  await until('all are healthy', async () =>
    [...(await allHealth()).values()].every(({ status }) => status === 'healthy'),
  );
  expect(await server.get<object>('/health')).toMatchObject({ status: 'ok', reasons: [] });
  return until('a match is in play in each league', async () => {
    const [shared, alone] = [(await live('epl')).at(-1), (await live('laliga')).at(-1)];
    return shared?.sources.length === 11 && alone && { shared, alone };
  });
}

async function eachSaysWhy({ shared, alone }: Watched): Promise<Watched> {
  await until('each failing one has said why', async () => {
    const tasks = await allTasks();
    return FAILING.every(({ fault, code }) =>
      tasks.some(({ provider, lastErrorCode }) => provider === `ill-${fault}` && lastErrorCode === code),
    );
  });
  const begun = { shared: await score(shared.matchId), alone: await score(alone.matchId) };
  await until('each failing one is degraded or worse', async () => {
    const health = await allHealth();
    return FAILING.every(({ fault }) =>
      ['degraded', 'down'].includes(health.get(`ill-${fault}`)?.status ?? ''),
    );
  });
  const { status, reasons } = await server.get<{ status: string; reasons: string[] }>('/health');
  expect(status).toBe('degraded');
  expect(reasons).toContain('2 polling tasks stopped');
  const health = await allHealth();
  for (const { fault, code } of FAILING) {
    expect(`${fault} ${health.get(`ill-${fault}`)?.lastErrorCode}`).toBe(`${fault} ${code}`);
    expect(reasons).toContainEqual(
      expect.stringMatching(new RegExp(`^provider ill-${fault} is (degraded|down) since .+ \\(${code}\\)$`)),
    );
  }
  for (const { state, reason, lastErrorCode, taskId, failures } of await allTasks()) {
    // After a single failure the next tick is soon enough, and nothing bends.
    if (state === 'backing_off' && failures > 1)
      expect(`${taskId}: ${reason}`).toContain(lastErrorCode ?? 'a code');
  }
  expect((await tasksOf('429'))[0]?.reason).toContain('Retry-After');
  return begun;
}

/** What only the ill speak of goes stale, what others speak of does not; what each said last stands, and ages. */
async function viewsTellTheirAge({ shared, alone }: Watched): Promise<void> {
  const stale = await until(
    'the view nobody renews is stale',
    async () => {
      const document = await score(alone.matchId);
      return document.stale && document;
    },
    30_000,
  );
  expect(stale).toMatchObject({
    score: alone.score,
    status: alone.status,
    staleReason: 'sources_silent',
  });
  expect(stale.sources[0]?.ageMs).toBeGreaterThan(seconds(60));

  const now = await score(shared.matchId);
  expect(now.stale).toBe(false);
  expect(now.sources.find(({ provider }) => provider === 'espn')?.ageMs).toBeLessThan(seconds(30));
  const silent = PASSING.filter(({ league }) => league === undefined).map(({ fault }) => fault);
  for (const fault of [...silent, 'empty']) {
    const [before, after] = [saidBy(shared, fault), saidBy(now, fault)];
    expect([fault, after?.score, after?.status]).toEqual([fault, before?.score, before?.status]);
    expect(after?.ageMs).toBeGreaterThan((before?.ageMs ?? 0) + seconds(20));
  }
  const health = await allHealth();
  for (const provider of ['espn', 'ill-slow', 'ill-wrong-type', 'ill-empty']) {
    expect(health.get(provider)).toMatchObject({ status: 'healthy', errorRate: 0, lastErrorCode: null });
  }
  expect(health.get('ill-wrong-type')?.dropped.wrong_type).toBeGreaterThan(0);
}

/** How often the two were asked that must not be asked again. */
const askedInVain = () => [asked('key-refused', 'the-odds-api'), asked('quota', 'the-odds-api')] as const;

/** The refused key is not tried again, and the spent quota is waited for. */
async function refusedAreNotAsked(): Promise<ReturnType<typeof askedInVain>> {
  expect((await tasksOf('key-refused')).map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  const health = await allHealth();
  expect(health.get('ill-key-refused')?.reason).toMatch(/key/i);
  expect(health.get('ill-quota')?.reason).toContain('quota');
  for (const { nextRunAt } of await tasksOf('quota')) {
    expect(Date.parse(nextRunAt ?? '') - clock.now()).toBeGreaterThan(seconds(600));
  }
  const before = askedInVain();
  await wait(seconds(20));
  expect(askedInVain()).toEqual(before);
  return before;
}

/** It shows when all is well again, and nobody has to do anything but for the key. */
async function allRecover({ alone }: Watched, [keyed]: ReturnType<typeof askedInVain>): Promise<void> {
  await until(
    'those that pass by themselves have passed',
    async () => {
      const health = await allHealth();
      return PASSING.every(({ fault }) => health.get(`ill-${fault}`)?.status === 'healthy');
    },
    30_000,
  );
  await until('the view is renewed', async () => !(await score(alone.matchId)).stale);
  expect(askedInVain()[0]).toBe(keyed);
  const answer = await server.post(
    '/api/polling/update',
    { taskId: 'ill-key-refused:scores:nba', interval: 20_000 },
    await operatorToken(JWT_SECRET, 'ann'),
  );
  expect(answer.status).toBe(200);
  await until('the task an operator touched is asked again', () => askedInVain()[0] === keyed + 1);
}
