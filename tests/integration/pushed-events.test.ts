import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { systemClock } from '../../src/platform/system-clock.ts';
import { aDraft } from '../support/event-drafts.ts';
import { liveClient } from '../support/live-client.ts';
import { type TestPostgres, testPostgres } from '../support/postgres.ts';
import { aFixture, PUSH_SECRET, pusher } from '../support/pushing.ts';
import { ownRedisProgram } from '../support/redis.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(60_000);

let postgres: TestPostgres;
let redis: RunningRedis;
let sender: Awaited<ReturnType<typeof pusher>>;
beforeAll(async () => {
  [postgres, redis, sender] = await Promise.all([testPostgres(), startRedis(ownRedisProgram()), pusher()]);
});
afterAll(async () => {
  await redis.end('SIGKILL');
  await postgres.drop();
});

const start = (more: Record<string, string> = {}) =>
  runningApp({
    PROVIDERS: 'simulated',
    JWT_SECRET: PUSH_SECRET,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    ...more,
  });

interface Score {
  readonly matchId: string;
  readonly score: { readonly home: number; readonly away: number } | null;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly startsAt: string;
  readonly epoch: string;
  readonly seq: number;
  readonly sources: readonly { readonly provider: string; readonly agrees: boolean }[];
}

const TODAY = new Date(Date.now() - 20 * 60_000).toISOString();
const fixture = aFixture('n-1', 'Northbridge Rovers', 'Eastvale United', TODAY);
const scoreOf = (server: RunningApp, named: string) => server.get<Score>(`/api/scores/${named}`);

const shown = (server: RunningApp, named: string, home: number) =>
  until(`${named} stands at ${home}`, async () => {
    const score = await scoreOf(server, named);
    return score.score?.home === home ? score : undefined;
  });

const servers: RunningApp[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
/** Stopped after the test if the test has not done it: two that lead would both follow the log. */
async function startForTest(started: Promise<RunningApp>): Promise<RunningApp> {
  const server = await started;
  servers.push(server);
  return server;
}

describe('one server', () => {
  let server: RunningApp;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
  });
  const push = (eventType: string, id: string, data: object, source = 'north-feed') =>
    sender.push(server.url, source, eventType, id, data);

  test('a pushed score and a polled one of the same match are one view with both sources', async () => {
    const polled = await until('a simulated match is in play', async () => {
      const { scores } = await server.get<{ scores: Score[] }>(
        '/api/scores?sport=soccer&status=live&limit=50',
      );
      return scores.find(({ sources, score }) => sources.length >= 2 && score !== null);
    });
    const { homeTeam, awayTeam, startsAt, score } = polled;
    await push('live_score', 'joined-1', {
      ...aFixture('their-own-id', homeTeam, awayTeam, startsAt),
      league: 'epl',
      homeScore: score?.home,
      awayScore: score?.away,
    });
    const joined = await until('both are there', async () => {
      const now = await scoreOf(server, polled.matchId);
      return now.sources.some(({ provider }) => provider === 'north-feed') ? now : undefined;
    });
    expect(joined.sources.length).toBeGreaterThanOrEqual(3);
    expect((await scoreOf(server, 'north-feed:their-own-id')).matchId).toBe(polled.matchId);
  });

  test('scores and what happened reach a live client and history in one unbroken row', async () => {
    await push('live_score', 'row-1', { ...fixture, homeScore: 0, awayScore: 0 });
    await shown(server, 'north-feed:n-1', 0);
    const { matchId } = await scoreOf(server, 'north-feed:n-1');
    const client = await liveClient(`${server.webSocketUrl}/live/${matchId}`);
    const goal = { matchId: 'n-1', id: 'g-1', type: 'goal', team: 'home', minute: 12 };
    await push('match_event', 'row-2', { ...goal, homeScore: 1, awayScore: 0 });
    await push('match_event', 'row-3', { ...goal, action: 'update', player: 'A. Okafor' });
    await push('match_event', 'row-4', { ...goal, action: 'delete', homeScore: 0, awayScore: 0 });
    await push('match_event', 'row-5', { matchId: 'n-1', type: 'yellow_card', team: 'away', minute: 13 });
    const told = await until('all is told', () => {
      const numbered = client.messages.filter(({ type }) => type !== 'heartbeat');
      return numbered.filter(({ type }) => type === 'match_event').length === 4 ? numbered : undefined;
    });
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, i) => (told[0]?.seq ?? 0) + i));
    const events = told.filter(({ type }) => type === 'match_event');
    expect(events.map(({ data }) => [data.id, data.action, data.kind])).toEqual([
      ['g-1', 'add', 'goal'],
      ['g-1', 'update', 'goal'],
      ['g-1', 'delete', 'goal'],
      [undefined, 'add', 'yellow_card'],
    ]);
    client.close();
    await server.app.history.flushed();
    const { entries } = await server.get<{
      entries: { kind: string; seq: number; data?: { kind: string } }[];
    }>(`/api/matches/${matchId}/history?limit=100`);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i + 1));
    expect(entries.filter(({ kind }) => kind === 'match_event').map(({ data }) => data?.kind)).toEqual([
      'goal',
      'goal',
      'goal',
      'yellow_card',
    ]);
  });

  test('prices are pushed market by market', async () => {
    const odds = (id: string, market: string, price: number, more: object = {}) =>
      push('betting_odds', id, {
        matchId: 'n-1',
        bookmaker: 'Harbour Bets',
        market,
        ...more,
        outcomes:
          market === 'h2h'
            ? ['home', 'draw', 'away'].map((name) => ({ name, price }))
            : ['over', 'under'].map((name) => ({ name, price })),
      });
    await odds('odds-1', 'h2h', 2.5);
    await odds('odds-2', 'totals', 1.9, { line: 2.5 });
    await odds('odds-3', 'h2h', 3.1);
    const { matchId } = await scoreOf(server, 'north-feed:n-1');
    const prices = await until('both markets', async () => {
      const { markets } = await server.get<{
        markets: { matchId: string; market: string; outcomes: { best: { price: number } | null }[] }[];
      }>('/api/markets/soccer?limit=100');
      const of = markets.filter((market) => market.matchId === matchId);
      return of.length === 2 && of.some(({ outcomes }) => outcomes[0]?.best?.price === 3.1) ? of : undefined;
    });
    expect(prices.map(({ market, outcomes }) => [market, outcomes[0]?.best?.price]).sort()).toEqual([
      ['h2h', 3.1],
      ['totals', 1.9],
    ]);
  });

  test('what cannot be placed is kept and counted, and is no dead letter', async () => {
    await push('live_score', 'lost-1', { matchId: 'nobody-knows', homeScore: 1, awayScore: 0 });
    await until('it is counted', async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      return /touchline_events_consumed_total\{consumer="views",outcome="unresolved"\} [1-9]/.test(metrics);
    });
    expect(await server.app.eventLog.deadLetters({ limit: 10 })).toEqual([]);
    const [event] = await server.app.eventLog.search({ source: 'north-feed', limit: 1 });
    expect(event?.externalId).toBe('lost-1');
  });

  test('an event that cannot be read is a dead letter, its shard goes on, and it can be tried again', async () => {
    const { eventLog } = server.app;
    const poison = aDraft({
      eventType: 'no_longer_declared',
      subject: 'north-feed:n-1',
      receivedAt: systemClock.now(),
    });
    await eventLog.append([
      poison,
      {
        ...poison,
        ...aDraft({ subject: poison.subject }),
        data: '{"matchId":"n-1","homeScore":1,"awayScore":0}',
      },
    ]);
    await shown(server, 'north-feed:n-1', 1);
    const [letter] = await until('it is buried', async () => {
      const letters = await eventLog.deadLetters({ limit: 10 });
      return letters.length > 0 ? letters : undefined;
    });
    expect(letter).toMatchObject({ consumer: 'views', code: 'EVENT_TYPE_UNKNOWN', attempts: 1 });
    const answer = await sender.post(`${server.url}/api/v1/feed/dead-letters`, { ids: [letter?.id] });
    expect(await answer.json()).toMatchObject({ retried: 1, unknown: 0 });
    await until(
      'it has failed again',
      async () => (await eventLog.deadLetters({ limit: 1 }))[0]?.attempts === 2,
    );
  });

  test('every event is in the stream of its shard, under its own number', async () => {
    const reader = new Redis(redis.url);
    try {
      const { shardId, sequenceNumber } = await push('live_score', 'stream-1', {
        ...fixture,
        homeScore: 2,
        awayScore: 0,
      });
      const key = `events:{${shardId}}`;
      const entries = await until('it is there', async () => {
        const found = await reader.xrange(key, `${sequenceNumber}-0`, `${sequenceNumber}-0`);
        return found.length > 0 ? found : undefined;
      });
      const [, fields = []] = entries[0] ?? [];
      const named = Object.fromEntries(
        Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i], fields[2 * i + 1]]),
      );
      expect(named).toMatchObject({ source: 'north-feed', eventType: 'live_score', externalId: 'stream-1' });
      expect(JSON.parse(named.data ?? '')).toMatchObject({ homeScore: 2 });
      const all = await reader.xrange(key, '-', '+');
      const stored = await server.app.eventLog.read(shardId, 0, 1_000);
      expect(all.map(([id]) => id)).toEqual(stored.map((event) => `${event.sequenceNumber}-0`));
    } finally {
      reader.disconnect();
    }
  });
});

test('a stop and a start: nothing is told twice, nothing is left out, and the pushed source is still one', async () => {
  const before = await startForTest(start());
  const match = aFixture('n-2', 'Halden Town', 'Corvale City', TODAY);
  await sender.push(before.url, 'north-feed', 'live_score', 'again-1', {
    ...match,
    homeScore: 1,
    awayScore: 0,
  });
  await sender.push(before.url, 'north-feed', 'match_event', 'again-2', { matchId: 'n-2', type: 'injury' });
  const { matchId } = await shown(before, 'north-feed:n-2', 1);
  await until('both are told', async () => (await scoreOf(before, matchId)).seq === 2);
  await before.stop();

  const after = await startForTest(start());
  await sender.push(after.url, 'north-feed', 'live_score', 'again-3', {
    matchId: 'n-2',
    homeScore: 2,
    awayScore: 0,
  });
  const now = await shown(after, matchId, 2);
  expect(now.sources.map(({ provider }) => provider)).toEqual(['north-feed']);
  await after.app.history.flushed();
  const kept = await postgres.sql<{ kind: string }[]>`
    select kind from live_scores where match_id = ${matchId} order by epoch, seq`;
  expect(kept.map(({ kind }) => kind)).toEqual(['score_update', 'match_event', 'score_update']);
  await after.stop();
});

test('without Redis a restart empties the live store: the last pushed views are there again, told once', async () => {
  const alone = () =>
    runningApp({ PROVIDERS: 'simulated', JWT_SECRET: PUSH_SECRET, DATABASE_URL: postgres.url });
  const before = await startForTest(alone());
  const match = aFixture('n-3', 'Wexholt Rangers', 'Dunmere Albion', TODAY);
  await sender.push(before.url, 'north-feed', 'live_score', 'lone-1', {
    ...match,
    homeScore: 1,
    awayScore: 0,
  });
  await sender.push(before.url, 'south-desk', 'live_score', 'lone-2', {
    ...match,
    homeScore: 1,
    awayScore: 0,
  });
  await sender.push(before.url, 'north-feed', 'match_event', 'lone-3', { matchId: 'n-3', type: 'injury' });
  const then = await until('all is shown', async () => {
    const score = await scoreOf(before, 'north-feed:n-3');
    return score.seq === 3 ? score : undefined;
  });
  await before.stop();

  const after = await startForTest(alone());
  // Until then it is read from history, at its old place.
  const now = await until('it is live again', async () => {
    const score = await scoreOf(after, then.matchId);
    return score.epoch !== then.epoch ? score : undefined;
  });
  expect(now).toMatchObject({ score: { home: 1, away: 0 }, seq: 1 });
  await sender.push(after.url, 'south-desk', 'live_score', 'lone-4', {
    matchId: 'n-3',
    homeScore: 2,
    awayScore: 0,
  });
  const next = await shown(after, then.matchId, 2);
  expect(next.sources.map(({ provider }) => provider)).toEqual(['north-feed', 'south-desk']);
  expect(next.seq).toBe(2);
  await after.stop();
});

test('replay makes the same views again, to the byte; a view that was tampered with is found', async () => {
  const replay = async (...args: string[]) => {
    const child = Bun.spawn([process.execPath, 'scripts/replay.ts', ...args], {
      cwd: join(import.meta.dir, '../..'),
      env: { ...process.env, DATABASE_URL: postgres.url, REDIS_URL: '', JWT_SECRET: PUSH_SECRET },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { code: await child.exited, out, err };
  };
  const since = new Date().toISOString();
  const server = await startForTest(start());
  const sides = ['north-feed', 'south-desk'];
  const pairs = ['Ostra Vale', 'Merrow', 'Quillon Park', 'Saltmarsh', 'Dunmere', 'Wexholt'];
  for (const [i, home] of pairs.entries()) {
    const n = 10 + i;
    const match = aFixture(`r-${n}`, home, `${pairs[(i + 1) % 6]?.split(' ')[0]} Athletic`, TODAY);
    for (const source of sides)
      await sender.push(server.url, source, 'live_score', `r-${n}-0`, {
        ...match,
        homeScore: 0,
        awayScore: 0,
      });
  }
  await Promise.all(
    Array.from({ length: 6 }, async (_, i) => {
      const id = `r-${10 + i}`;
      for (let goals = 1; goals <= 5; goals++)
        for (const source of sides) {
          const score = { matchId: id, homeScore: goals, awayScore: 0, clock: `${goals}'` };
          await sender.push(server.url, source, 'live_score', `${id}-${goals}`, score);
          await sender.push(server.url, source, 'match_event', `${id}-${goals}-e`, {
            ...score,
            id: `g${goals}`,
            type: 'goal',
          });
          await sender.push(server.url, source, 'betting_odds', `${id}-${goals}-o`, {
            matchId: id,
            bookmaker: source,
            market: 'totals',
            line: goals + 0.5,
            outcomes: [
              { name: 'over', price: 1.5 + goals / 10 },
              { name: 'under', price: 2.5 },
            ],
          });
        }
    }),
  );
  for (let n = 10; n < 16; n++) await shown(server, `north-feed:r-${n}`, 5);
  await until('all is handled', () =>
    server.get('/health').then(async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      return metrics.includes('touchline_consumer_lag_events{consumer="views"} 0');
    }),
  );
  const { matchId } = await scoreOf(server, 'north-feed:r-10');
  await server.app.history.flushed();
  await server.stop();

  const whole = await replay('--since', since, '--verify');
  expect(whole).toMatchObject({ code: 0 });
  expect(JSON.parse(whole.err.trim().split('\n').at(-1) ?? '')).toMatchObject({
    matches: { same: 6, different: 0, mixed: 0, partial: 0 },
    changesThatAreTheSame: 192,
  });
  const one = await replay('--match', matchId);
  expect(JSON.parse(one.out)).toMatchObject({ matchId, score: { home: 5, away: 0 } });

  await postgres.sql`
    update live_scores set view = jsonb_set(view, '{score,home}', '9')
    where match_id = ${matchId} and seq = 4`;
  const tampered = await replay('--match', matchId, '--verify');
  expect(tampered.code).toBe(1);
  expect(tampered.err).toContain(`${matchId}: scores differ from change 4 on`);
  expect((await replay()).code).toBe(2);
});
