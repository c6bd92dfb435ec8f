import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { matchId, providerId } from '../../src/domain/ids.ts';
import { seconds } from '../../src/domain/time.ts';
import type { ScoreView } from '../../src/domain/view.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { DatabaseAddress } from '../../src/ports/database-target.ts';
import type { HistoryEntry } from '../../src/ports/history.ts';
import { openPool } from '../../src/stores/postgres/connect.ts';
import { Database } from '../../src/stores/postgres/database.ts';
import { EmbeddedPostgres } from '../../src/stores/postgres/embedded/embedded-postgres.ts';
import { readPostmasterFile } from '../../src/stores/postgres/embedded/postmaster.ts';
import { createPostgresHistory, type PostgresHistory } from '../../src/stores/postgres/postgres-history.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { keptLog } from '../support/kept-log.ts';
import { temporaryDataDir } from '../support/postgres.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(30_000);

const dataDir = temporaryDataDir();
// Stands for a server somewhere else: the history knows its address only, and we may take it down.
const server = new EmbeddedPostgres({ dataDir, clock: systemClock });
let address: DatabaseAddress;
let history: PostgresHistory | undefined;
let log = keptLog();

beforeAll(async () => {
  address = await server.start();
});
afterEach(async () => {
  await server.keepUp();
  await history?.stop();
  history = undefined;
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true });
});

async function startHistory(queueCapacity?: number): Promise<PostgresHistory> {
  log = keptLog();
  history = createPostgresHistory({
    target: address,
    clock: systemClock,
    log,
    retention: { scoresDays: 90, marketsDays: 30 },
    stopWithin: 300,
    ...(queueCapacity === undefined ? {} : { queueCapacity }),
  });
  await history.start();
  return history;
}

async function takeDown(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
  const file = await readPostmasterFile(server.cluster ?? '');
  if (!file) throw new Error('no server runs');
  process.kill(file.pid, signal);
  await until('nobody answers', async () => {
    const sql = openPool(address, { max: 1 });
    const answered = await sql`select 1`.then(
      () => true,
      () => false,
    );
    await sql.end({ timeout: 0 });
    return !answered;
  });
}

const view: ScoreView = {
  status: 'live',
  period: null,
  clock: null,
  score: { home: 1, away: 0 },
  shootout: null,
  confidence: 0.9,
  sources: [
    {
      provider: providerId('north'),
      status: 'live',
      score: { home: 1, away: 0 },
      observedAt: systemClock.now(),
      agrees: true,
    },
  ],
  stale: null,
  updatedAt: systemClock.now(),
};

const entry = (match: string, seq: number): HistoryEntry => ({
  matchId: matchId(match),
  stream: 'scores',
  position: { epoch: '0001', seq },
  kind: 'score_update',
  at: systemClock.now(),
  view,
});

/** All of them, page by page. */
async function seqs(from: PostgresHistory, match: string): Promise<readonly number[]> {
  const all: number[] = [];
  for (;;) {
    const after = { epoch: '0001', seq: all.at(-1) ?? 0 };
    const page = await from.read({ matchId: matchId(match), stream: 'scores', after, limit: 5_000 });
    if (page.length === 0) return all;
    all.push(...page.map(({ position }) => position.seq));
  }
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('while Postgres is away', () => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const)
    test(`nothing under the bound is lost, doubled or reordered (${signal} under load)`, async () => {
      const match = `load-${signal}`;
      const running = await startHistory();
      let seq = 0;
      const burst = () => {
        for (let i = 0; i < 50; i++) running.keep(entry(match, ++seq));
      };
      const load = setInterval(burst, 5);
      try {
        await until('some are stored', () => seq - running.queue().waiting > 200);
        await takeDown(signal);
        const stored = seq;
        await until('health says so', () => running.health().status === 'down');
        expect(running.health()).toMatchObject({ kind: 'postgres', lastErrorCode: 'STORE_UNAVAILABLE' });
        await until('more wait', () => seq > stored + 500);
        await expect(running.overrides()).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
          retryable: true,
        });
        await server.keepUp();
      } finally {
        clearInterval(load);
      }
      await running.flushed();
      expect(running.queue()).toEqual({ waiting: 0, lost: 0 });
      expect(await seqs(running, match)).toEqual(upTo(seq));
      expect(running.health().status).toBe('ok');
      expect(log.lines.map(({ message }) => message)).toEqual([
        'Postgres does not answer, history waits',
        'Postgres answers again',
      ]);
    });

  test('the oldest falls out of a full queue, counted, and said once at each edge', async () => {
    const running = await startHistory(100);
    await takeDown('SIGINT');
    for (const seq of upTo(250)) running.keep(entry('full', seq));
    // What is in hand when the queue fills is not in it any more.
    const { waiting, lost } = running.queue();
    expect(waiting + lost).toBe(250);
    expect(lost).toBe(150);
    await server.keepUp();
    await running.flushed();
    expect(await seqs(running, 'full')).toEqual(upTo(250).slice(150));
    expect(log.lines.filter(({ message }) => message.includes('history is being'))).toEqual([
      {
        level: 'warn',
        fields: { waiting: 100 },
        message: 'history is being lost: too much waits for Postgres',
      },
      { level: 'info', fields: { lost: 150 }, message: 'history is being written again' },
    ]);
  });

  test('listeners of overrides are called when it is back, and changes are heard again', async () => {
    const running = await startHistory();
    await takeDown('SIGINT');
    const back = Promise.withResolvers<void>();
    const unsubscribe = running.onOverridesChanged(back.resolve);
    await server.keepUp();
    await back.promise;
    unsubscribe();
    const heard = Promise.withResolvers<void>();
    running.onOverridesChanged(heard.resolve);
    await until('it answers', () =>
      running.overrides().then(
        () => true,
        () => false,
      ),
    );
    await running.changeOverride({
      scope: { sport: 'tennis' },
      kind: null,
      interval: 1_000,
      actor: 'ada',
      at: systemClock.now(),
    });
    await heard.promise;
  });

  test('a start is refused with a code, and may be made again', async () => {
    await takeDown('SIGINT');
    const late = createPostgresHistory({
      target: address,
      clock: systemClock,
      log,
      retention: { scoresDays: 90, marketsDays: 30 },
    });
    history = late;
    await expect(late.start()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    await server.keepUp();
    await late.start();
    expect(late.health().status).toBe('ok');
  });

  test('a stop does not wait for it without end, and says what was lost', async () => {
    const running = await startHistory();
    await takeDown('SIGINT');
    for (const seq of upTo(10)) running.keep(entry('stop', seq));
    const before = systemClock.now();
    await running.stop();
    expect(systemClock.now() - before).toBeLessThan(seconds(5));
    expect(running.queue()).toEqual({ waiting: 0, lost: 10 });
    expect(log.lines.at(-1)).toEqual({
      level: 'warn',
      fields: { lost: 10 },
      message: 'history was not written before the stop',
    });
    await server.keepUp();
  });
});

describe('a database that hangs', () => {
  test('is given up in time, and the next request has a connection of its own', async () => {
    const clock = new FakeClock();
    const database = new Database({ clock, kind: 'postgres', pool: { max: 1 } });
    await database.open(address);
    const hung = database.run((sql) => sql`select pg_sleep(60)`).catch((error) => error);
    await clock.advance(seconds(15));
    expect(await hung).toMatchObject({ code: 'STORE_TIMEOUT', retryable: true });
    expect(database.health()).toMatchObject({ status: 'down', lastErrorCode: 'STORE_TIMEOUT' });
    expect([...(await database.run((sql) => sql`select 1 as n`))]).toEqual([{ n: 1 }]);
    expect(database.health().status).toBe('ok');
    await database.close();
    expect(clock.waiting).toBe(0);
  });
});
