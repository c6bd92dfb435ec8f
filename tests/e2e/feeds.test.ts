import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(60_000);

const JWT_SECRET = 'e2e-8f2b6c1d9a7e4035b1c2d3e4f5a6b7c8';
const EVENTS_SECRET = 'the secret of match-events';
const ACME_KEY = Buffer.from('twenty-four bytes of key');
const NBA_SECRET = 'the secret of the NBA feed';
const OPTA_PATH = 'q8Zr-secret-segment';

let server: RunningApp;
beforeAll(async () => {
  server = await runningApp({
    PROVIDERS: 'simulated',
    JWT_SECRET,
    MATCH_EVENTS_SECRET: EVENTS_SECRET,
    FEEDS_DIR: join(import.meta.dir, '../../examples/feeds'),
    ACME_SECRET: `whsec_${ACME_KEY.toString('base64')}`,
    ACME_SECRET_OLD: `whsec_${Buffer.from('the key before this one.').toString('base64')}`,
    NBA_SECRET,
    OPTA_PATH_SECRET: OPTA_PATH,
  });
});
afterAll(() => server.stop());

const hmac = (secret: string | Buffer, text: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', secret).update(text).digest(encoding);

function token(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: 'touchline',
    aud: 'touchline-api',
    sub: 'ann',
    scope: 'ingest',
    iat: now,
    exp: now + 600,
  };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', JWT_SECRET).update(text).digest('base64url')}`;
}

const post = (path: string, body: string, headers: Record<string, string>) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const pushed = (body: string) =>
  post('/api/v1/webhooks/match-events', body, { 'x-signature': `sha256=${hmac(EVENTS_SECRET, body)}` });

interface Score {
  readonly matchId: string;
  readonly status: string;
  readonly score: { readonly home: number; readonly away: number } | null;
  readonly epoch: string;
  readonly seq: number;
  readonly sources: readonly { readonly provider: string }[];
}

const startsAt = new Date(Date.now() - 3_600_000).toISOString();
const goal = (id: string, homeScore: number, home = 'Northbridge Rovers') => ({
  matchId: id,
  sport: 'soccer',
  league: 'epl',
  homeTeam: home,
  awayTeam: `${home} Opponents`,
  startsAt,
  id: `goal-${homeScore}`,
  type: 'goal',
  team: 'home',
  period: '1st Half',
  homeScore,
  awayScore: 0,
});

const scoreOf = (id: string, wanted: (score: Score) => boolean) =>
  until(`the score of ${id}`, async () => {
    const answer = await fetch(`${server.url}/api/scores/${id}`);
    if (answer.status !== 200) return undefined;
    const score = (await answer.json()) as Score;
    return wanted(score) ? score : undefined;
  });

interface Receipt {
  readonly duplicate: boolean;
  readonly events: readonly { readonly itemId: string; readonly sequenceNumber: number }[];
}

describe('a signed goal', () => {
  test('is in /events and in the view, and its feed is healthy', async () => {
    const answer = await pushed(JSON.stringify({ id: 'g-1', data: goal('fx-1', 1) }));
    expect(answer.status).toBe(202);
    const { events } = (await answer.json()) as Receipt;
    const score = await scoreOf('match-events:fx-1', (view) => view.score?.home === 1);
    expect(score).toMatchObject({
      status: 'live',
      score: { home: 1, away: 0 },
      sources: [{ provider: 'match-events' }],
    });

    const listed = await server.get<{ events: { itemId: string; source: string; id: string }[] }>(
      '/events?source=match-events',
    );
    expect(listed.events.map(({ itemId, id }) => ({ itemId, id }))).toContainEqual({
      itemId: events[0]!.itemId,
      id: 'g-1',
    });
    const health = await until('it is processed', async () => {
      const { feeds } = await server.get<{ feeds: { feed: string; processed: number }[] }>(
        '/api/v1/feed/health',
      );
      const found = feeds.find(({ feed }) => feed === 'match-events');
      return found !== undefined && found.processed > 0 ? found : undefined;
    });
    expect(health).toMatchObject({ name: 'Match events', status: 'healthy', accepted: 1, failed: 0 });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('touchline_feed_events_total{feed="match-events",outcome="accepted"} 1');
    expect(metrics).toContain(
      'touchline_feed_latency_seconds{feed="match-events",from="receipt",quantile="0.99"}',
    );
  });

  test('that comes twenty times at once is one event, with one answer', async () => {
    const body = JSON.stringify({ id: 'g-20', data: goal('fx-20', 1, 'Harbour Athletic') });
    const answers = await Promise.all(Array.from({ length: 20 }, () => pushed(body)));
    const receipts = await Promise.all(answers.map((answer) => answer.json() as Promise<Receipt>));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(receipts.map(({ events }) => events[0]!.itemId)).size).toBe(1);
    expect(receipts.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  });
});

test("a feed's own ids, teams and start find the match that is polled", async () => {
  interface Listed {
    readonly matches: readonly {
      readonly matchId: string;
      readonly sport: string;
      readonly league: string;
      readonly homeTeam: string;
      readonly awayTeam: string;
      readonly startsAt: string;
    }[];
  }
  // Of a sport that no other test pushes.
  const match = await until('a match is polled', async () => {
    const { matches } = await server.get<Listed>('/api/matches?status=live&limit=200');
    return matches.find(
      ({ sport }) => sport === 'american_football' || sport === 'baseball' || sport === 'basketball',
    );
  });
  const { matchId, sport, league, homeTeam, awayTeam, startsAt } = match;
  const data = {
    matchId: 'own-77',
    sport,
    league,
    homeTeam,
    awayTeam,
    startsAt,
    type: 'comment',
    homeScore: 1,
    awayScore: 1,
  };
  expect((await pushed(JSON.stringify({ id: 'own-77-1', data }))).status).toBe(202);
  const score = await scoreOf('match-events:own-77', () => true);
  expect(score.matchId).toBe(matchId);
  const both = await scoreOf(matchId, ({ sources }) =>
    sources.some(({ provider }) => provider === 'match-events'),
  );
  expect(both.sources.length).toBeGreaterThan(1);
});

describe('the feeds of the examples', () => {
  test('incidents under Standard Webhooks, by the old key too', async () => {
    const body = JSON.stringify({
      match: { id: 'ac-1', home: 'Westport City', away: 'Eastvale United', kickoff: startsAt },
      status: '1H',
      sentAt: new Date().toISOString(),
      teams: [
        { side: 'A', goals: 0 },
        { side: 'H', goals: 2 },
      ],
      incidents: [
        {
          id: 7,
          revision: 1,
          kind: 'GOAL',
          side: 'H',
          player: 'A. Okafor',
          minute: 12,
          score: [2, 0],
          at: startsAt,
        },
        { id: 8, revision: 2, kind: 'YELLOW', side: 'A', minute: 20, at: startsAt },
        { id: 9, revision: 1, kind: 'CORNER', side: 'A', minute: 21 },
      ],
    });
    for (const key of [ACME_KEY, Buffer.from('the key before this one.')]) {
      const time = Math.floor(Date.now() / 1_000);
      const answer = await post('/api/v1/webhooks/acme-live', body, {
        'webhook-id': 'msg_7',
        'webhook-timestamp': String(time),
        'webhook-signature': `v1,${hmac(key, `msg_7.${time}.${body}`, 'base64')}`,
      });
      expect(answer.status).toBe(202);
      expect(((await answer.json()) as Receipt).events).toHaveLength(3);
    }
    const score = await scoreOf('acme-live:ac-1', (view) => view.score?.home === 2);
    expect(score.score).toEqual({ home: 2, away: 0 });
  });

  test('scores with a time of their own', async () => {
    const side = (name: string, code: string, points: number) => ({ name, code, points });
    const body = JSON.stringify({
      type: 'game.score',
      game: {
        id: 501,
        date: startsAt,
        quarter: 3,
        clock: '4:12',
        home: side('Port Herons', 'PTH', 71),
        away: side('Lake Foxes', 'LKF', 69),
      },
    });
    const time = String(Math.floor(Date.now() / 1_000));
    const answer = await post('/api/v1/webhooks/nba-scores', body, {
      'x-bdl-webhook-timestamp': time,
      'x-bdl-webhook-signature': `v1=${hmac(NBA_SECRET, `${time}.${body}`)}`,
    });
    expect(answer.status).toBe(202);
    expect((await scoreOf('nba-scores:501', (view) => view.score !== null)).score).toEqual({
      home: 71,
      away: 69,
    });
  });

  test('Opta is refused from an address that is not its own', async () => {
    const answer = await post(`/api/v1/webhooks/opta/${OPTA_PATH}`, '<a/>', { 'content-type': 'text/xml' });
    expect(answer.status).toBe(403);
  });
});

test('an entry by hand is merged, and undone again', async () => {
  await pushed(JSON.stringify({ id: 'm-1', data: goal('fx-30', 1, 'Millbrook Town') }));
  const before = await scoreOf('match-events:fx-30', (view) => view.score?.home === 1);
  const auth = { authorization: `Bearer ${token()}` };
  const path = `/api/v1/matches/${before.matchId}/events`;
  const answer = await post(path, JSON.stringify({ type: 'yellow_card', team: 'home', minute: 3 }), {
    ...auth,
    'if-match': `"${before.epoch}:${before.seq}"`,
  });
  expect(answer.status).toBe(202);
  const { itemId } = (await answer.json()) as { itemId: string };
  const undone = await fetch(`${server.url}${path}/${itemId}`, {
    method: 'DELETE',
    headers: { ...auth, 'if-match': '*' },
  });
  expect(undone.status).toBe(202);
  const { events } = await server.get<{
    events: { source: string; data: { action?: string; enteredBy: string } }[];
  }>(`/events?source=manual&matchId=${before.matchId}`);
  expect(events.map(({ data }) => [data.action, data.enteredBy])).toEqual([
    ['delete', 'ann'],
    [undefined, 'ann'],
  ]);

  const { epoch, seq } = await scoreOf(before.matchId, (view) => view.score?.home === 1);
  const goals = await Promise.all(
    Array.from({ length: 8 }, () =>
      post(path, JSON.stringify({ type: 'goal', team: 'home' }), {
        ...auth,
        'if-match': `"${epoch}:${seq}"`,
      }),
    ),
  );
  expect(goals.map(({ status }) => status).sort()).toEqual([202, ...Array(7).fill(412)]);
  const after = await scoreOf(before.matchId, (view) =>
    view.sources.some(({ provider }) => provider === 'manual'),
  );
  expect(after.sources.map(({ provider }) => provider as string).sort()).toEqual(['manual', 'match-events']);
});
