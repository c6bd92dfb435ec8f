import { expect, test } from 'bun:test';
import { type LiveClient, liveClient } from '../support/live-client.ts';
import { operatorToken } from '../support/operator-token.ts';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

const SECRET = 'e2e-8f2b6c1d9a7e4035b1c2d3e4f5a6b7c8';

interface ScoreDocument {
  readonly matchId: string;
  readonly status: string;
  readonly score: { readonly home: number; readonly away: number } | null;
  readonly confidence: number;
  readonly sources: readonly { readonly provider: string }[];
  readonly epoch: string;
  readonly seq: number;
}

interface Market {
  readonly matchId: string;
  readonly confidence: number;
  readonly outcomes: readonly { readonly best: { readonly price: number } | null }[];
}

interface Task {
  readonly taskId: string;
  readonly intervalMs: number;
  readonly intervalSource: string;
}

/** The main job from end to end, told of a server that differs from another by its environment alone. */
export function story(name: string, environment: () => Promise<Record<string, string>>): void {
  test(`${name}: polled, recognised, merged, stored, served; retuned; remembered`, async () => {
    const variables = { PROVIDERS: 'simulated', JWT_SECRET: SECRET, ...fast, ...(await environment()) };
    const token = await operatorToken(SECRET, 'ann');

    let server = await runningApp(variables);
    await servesMergedScoresAndMarkets(server);
    const followed = await tellsTwoClientsTheSame(server);
    await takesAnOperatorsInterval(server, token);
    await server.app.history.flushed();
    await server.stop();

    server = await runningApp(variables);
    try {
      await remembers(server, followed, token);
    } finally {
      await server.stop();
    }
  }, 60_000);
}

// A goal every few seconds, so that a test need not wait for one.
const fast = { SIMULATED_SPEED: '60' };

async function servesMergedScoresAndMarkets(server: RunningApp): Promise<void> {
  const merged = await until('a score with two sources', async () => {
    const { scores } = await server.get<{ scores: ScoreDocument[] }>('/api/scores?status=live&limit=100');
    return scores.find(({ sources }) => sources.length >= 2);
  });
  const one = await server.get<ScoreDocument>(`/api/scores/${merged.matchId}`);
  expect(one.matchId).toBe(merged.matchId);
  expect(one.confidence).toBeGreaterThan(0);
  expect(one.confidence).toBeLessThanOrEqual(1);
  const market = await until('a football market with prices', async () => {
    const { markets } = await server.get<{ markets: Market[] }>('/api/markets/football?limit=100');
    return markets.find(({ outcomes }) => outcomes.every(({ best }) => best !== null));
  });
  expect(market.confidence).toBeGreaterThan(0);
  for (const { best } of market.outcomes) expect(best?.price).toBeGreaterThan(1);
}

/** Follows a match until it has changed a few times; answers its id. */
async function tellsTwoClientsTheSame(server: RunningApp): Promise<string> {
  const { scores } = await server.get<{ scores: ScoreDocument[] }>(
    '/api/scores?sport=basketball&status=live&limit=1',
  );
  const matchId = scores[0]?.matchId ?? '';
  const address = `${server.webSocketUrl}/live/${matchId}`;
  const [first, second] = await Promise.all([liveClient(address), liveClient(address)]);
  await until('both clients have seen four changes', () => heard(first) > 4 && heard(second) > 4, 20_000);

  for (const client of [first, second]) {
    const positions = client.scores();
    positions.forEach((message, i) => {
      expect(message.epoch).toBe(positions[0]?.epoch as string);
      expect(message.seq).toBe((positions[0]?.seq ?? 0) + i);
    });
  }
  const shared = (client: LiveClient) => client.scores().filter(({ type }) => type !== 'snapshot');
  const from = Math.max(shared(first)[0]?.seq ?? 0, shared(second)[0]?.seq ?? 0);
  const count = Math.min(shared(first).length, shared(second).length) - 1;
  const tail = (client: LiveClient) =>
    shared(client)
      .filter(({ seq }) => seq >= from)
      .slice(0, count);
  expect(tail(first)).toEqual([...tail(second)]);

  await until('REST equals the last message', async () => {
    const document = await server.get<ScoreDocument>(`/api/scores/${matchId}`);
    const last = first.scores().at(-1);
    return (
      last?.seq === document.seq &&
      last.data.homeScore === document.score?.home &&
      last.data.awayScore === document.score?.away &&
      last.data.status === document.status
    );
  });
  first.close();
  second.close();
  await until('no socket is left', async () => {
    const { websocket } = await server.get<{ websocket: { connections: number } }>('/health');
    return websocket.connections === 0;
  });
  return matchId;
}

const heard = (client: LiveClient): number => client.scores().length;

async function takesAnOperatorsInterval(server: RunningApp, token: string): Promise<void> {
  const change = { scope: { sport: 'basketball', league: 'nba' }, kind: 'scores', interval: 1_500 };
  expect((await fetch(`${server.url}/api/polling/update`, { method: 'POST' })).status).toBe(401);
  const answer = await server.post('/api/polling/update', change, token);
  expect(answer.status).toBe(200);
  await expectInterval(server);
}

async function expectInterval(server: RunningApp): Promise<void> {
  const { tasks } = await server.get<{ tasks: Task[] }>('/api/polling/status');
  const nba = tasks.filter(({ taskId }) => taskId.endsWith(':scores:nba'));
  expect(nba.length).toBeGreaterThan(0);
  for (const task of nba) {
    expect({ interval: task.intervalMs, source: task.intervalSource }).toEqual({
      interval: 1_500,
      source: 'override:league',
    });
  }
}

async function remembers(server: RunningApp, matchId: string, token: string): Promise<void> {
  await expectInterval(server);
  const [entry] = await server.app.history.audit(1);
  expect(entry?.actor).toBe('ann');
  const { entries } = await server.get<{ entries: readonly unknown[] }>(
    `/api/matches/${matchId}/history?kind=score_update&limit=100`,
  );
  expect(entries.length).toBeGreaterThan(3);
  const removal = await server.post(
    '/api/polling/update',
    { scope: { sport: 'basketball', league: 'nba' }, kind: 'scores', interval: null },
    token,
  );
  expect(removal.status).toBe(200);
}
