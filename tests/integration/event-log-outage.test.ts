import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { EventDraft, EventId } from '../../src/domain/event.ts';
import { seconds } from '../../src/domain/time.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { DatabaseAddress } from '../../src/ports/database-target.ts';
import type { AppendOutcome } from '../../src/ports/event-log.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { openPool, type Sql } from '../../src/stores/postgres/connect.ts';
import { EmbeddedPostgres } from '../../src/stores/postgres/embedded/embedded-postgres.ts';
import { readPostmasterFile } from '../../src/stores/postgres/embedded/postmaster.ts';
import {
  createPostgresEventLog,
  type PostgresEventLog,
} from '../../src/stores/postgres/events/postgres-event-log.ts';
import { aDraft, drafts } from '../support/event-drafts.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { keptLog } from '../support/kept-log.ts';
import { temporaryDataDir } from '../support/postgres.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(30_000);

const dataDir = temporaryDataDir();
// Stands for a server somewhere else: the log knows its address only, and we may take it down.
const server = new EmbeddedPostgres({ dataDir, clock: systemClock });
let address: DatabaseAddress;
let sql: Sql;
let running: PostgresEventLog[] = [];
let log = keptLog();

beforeAll(async () => {
  address = await server.start();
  sql = openPool(address, { max: 2 });
});
afterEach(async () => {
  await server.keepUp();
  await Promise.all(running.map((one) => one.stop()));
  running = [];
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await server.stop();
  rmSync(dataDir, { recursive: true });
});

async function startLog(
  more: { capacity?: number; clock?: Clock; address?: DatabaseAddress } = {},
): Promise<PostgresEventLog> {
  log = keptLog();
  const one = createPostgresEventLog({
    address: () => more.address ?? address,
    clock: more.clock ?? systemClock,
    log,
    retention: { days: 30, byType: new Map() },
    ...(more.capacity === undefined ? {} : { capacity: { drafts: more.capacity, characters: 1_000_000 } }),
  });
  running.push(one);
  await one.start();
  return one;
}

async function takeDown(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
  const file = await readPostmasterFile(server.cluster ?? '');
  if (!file) throw new Error('no server runs');
  process.kill(file.pid, signal);
  await until('the server is gone', () => {
    try {
      return !process.kill(file.pid, 0);
    } catch {
      return true;
    }
  });
}

/** Ends the connection that events are appended on, whatever it is doing; false when there is none. */
async function cutOff(): Promise<boolean> {
  const rows = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'touchline event log'`;
  return rows.length > 0;
}

/** A sender that does not give up: sends again what was rejected, and keeps what each event was answered. */
class Sender {
  readonly answers = new Map<string, AppendOutcome>();
  rejections = 0;
  notRetryable = 0;
  sent = 0;

  async send(to: PostgresEventLog, given: readonly EventDraft[]): Promise<void> {
    this.sent += given.length;
    for (;;) {
      try {
        const outcomes = await to.append(given);
        for (const [i, draft] of given.entries())
          this.answers.set(draft.externalId, outcomes[i] as AppendOutcome);
        return;
      } catch (error) {
        this.rejections++;
        if (!(error instanceof StoreError && error.retryable)) {
          this.notRetryable++;
          return;
        }
        // A turn for Postgres; the sender of a 503 would wait a second.
        await Bun.sleep(2);
      }
    }
  }
}

/** Everything in the database of a source, and whether it is what the sender was told. */
async function checkStored(sender: Sender, source: string): Promise<void> {
  const rows = await sql<
    { external_id: string; item_id: string; shard_id: number; sequence_number: string }[]
  >`
    select external_id, item_id, shard_id, sequence_number from events where source = ${source}`;
  expect(sender.notRetryable).toBe(0);
  expect(rows.length).toBe(sender.sent);
  expect(new Set(rows.map((row) => row.external_id)).size).toBe(sender.sent);
  for (const row of rows) {
    const answer = sender.answers.get(row.external_id);
    if (answer?.outcome !== 'stored' && answer?.outcome !== 'duplicate')
      throw new Error(`answered ${answer?.outcome}`);
    const told = answer.outcome === 'stored' ? answer.event : answer.first;
    expect([told.itemId, told.shardId, told.sequenceNumber] as unknown[]).toEqual([
      row.item_id,
      row.shard_id,
      Number(row.sequence_number),
    ]);
  }
  const holes = await sql`
    select shard_id from events group by shard_id
    having count(*) <> max(sequence_number) or count(distinct sequence_number) <> count(*)`;
  expect([...holes]).toEqual([]);
  const keys = await sql<{ n: number }[]>`select count(*)::int as n from event_keys where source = ${source}`;
  expect(keys[0]?.n).toBe(sender.sent);
}

describe('a connection that is cut in the middle', () => {
  test('of a commit: what was answered is stored once, what was rejected is told so when it is sent again', async () => {
    const [one, two] = [await startLog(), await startLog()];
    const sender = new Sender();
    const source = 'cut-off';
    let sending = true;
    const cutter = (async () => {
      let cuts = 0;
      while (sending) {
        // Now and then a flight has to land, or this would go on for ever.
        const landed = sender.answers.size;
        await until('something is answered', () => !sending || sender.answers.size > landed);
        await Bun.sleep(cuts % 7);
        if (await cutOff()) cuts++;
      }
      return cuts;
    })();
    const senders = Array.from({ length: 20 }, async (_, i) => {
      for (let n = 0; n < 12; n++)
        await sender.send(i % 2 ? one : two, drafts(i % 5 === 0 ? 200 : 5, { source }));
    });
    await Promise.all(senders);
    sending = false;
    expect(await cutter).toBeGreaterThan(5);
    expect(sender.rejections).toBeGreaterThan(5);
    await checkStored(sender, source);
  });

  test('of a flight that did not commit: nothing is stored, and the retry is', async () => {
    const one = await startLog();
    await sql`create function hold_back() returns trigger language plpgsql as $$
      begin perform pg_sleep(30); return new; end $$`;
    await sql`create trigger hold_back after insert on event_keys
      for each statement execute function hold_back()`;
    const draft = aDraft({ source: 'held-back' });
    const first = one.append([draft]).catch((error) => error);
    await until('it is under way', async () => {
      const [row] = await sql<{ n: number }[]>`
        select count(*)::int as n from pg_stat_activity
        where application_name = 'touchline event log' and wait_event = 'PgSleep'`;
      return row?.n === 1;
    });
    await cutOff();
    expect(await first).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    await sql`drop trigger hold_back on event_keys`;
    await sql`drop function hold_back`;
    expect((await one.append([draft])).map(({ outcome }) => outcome)).toEqual(['stored']);
    expect((await one.append([draft])).map(({ outcome }) => outcome)).toEqual(['duplicate']);
  });
});

describe('an answer that is lost after the commit', () => {
  test('rejects, and the retry is told the number it was stored under', async () => {
    const proxy = await startProxy(`${(address as { host: string }).host}/.s.PGSQL.5432`);
    const through = { ...address, host: '127.0.0.1', port: proxy.port } as DatabaseAddress;
    const one = await startLog({ address: through });
    await one.append([aDraft()]);
    const given = drafts(50, { source: 'unheard' });
    proxy.loseNextAnswer();
    await expect(one.append(given)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    const rows = await sql<{ external_id: string; sequence_number: string }[]>`
      select external_id, sequence_number from events where source = 'unheard'`;
    expect(rows).toHaveLength(50);
    const numbers = new Map(rows.map((row) => [row.external_id, Number(row.sequence_number)]));
    const outcomes = await one.append(given);
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.outcome !== 'duplicate') throw new Error(`it was ${outcome.outcome}`);
      expect(outcome.first.sequenceNumber).toBe(numbers.get(given[i]?.externalId ?? '') as number);
      expect(outcome.first.itemId).toBe(given[i]?.itemId as EventId);
    }
    await one.stop();
    proxy.stop();
  });
});

/** Stands between a log and the server's socket, and can swallow one answer and hang up. */
async function startProxy(path: string) {
  let isLosing = false;
  const server = createServer((client) => {
    const upstream = connect(path);
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      // Sixteen last numbers are in the answer to an append, and nowhere else without the name of the channel.
      const text = chunk.toString('latin1');
      if (isLosing && /\d+(,\d+){15}/.test(text) && !text.includes('touchline_events')) {
        isLosing = false;
        client.destroy();
        upstream.destroy();
      } else client.write(chunk);
    });
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    loseNextAnswer: () => {
      isLosing = true;
    },
    stop: () => server.close(),
  };
}

describe('while Postgres is away', () => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const)
    test(`appends are refused at once, and taken again when it is back (${signal} under load)`, async () => {
      const one = await startLog();
      const sender = new Sender();
      const source = `away-${signal}`;
      let sending = true;
      const senders = Array.from({ length: 10 }, async () => {
        while (sending) await sender.send(one, drafts(10, { source }));
      });
      await until('some are stored', () => sender.answers.size > 300);
      const rejections = sender.rejections;
      await takeDown(signal);
      await until('it is noticed', () => one.health().status === 'down');
      await until('callers are told', () => sender.rejections > rejections + 50);
      const asked = performance.now();
      await expect(one.append([aDraft({ source: 'asking' })])).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        retryable: true,
      });
      expect(performance.now() - asked).toBeLessThan(seconds(2));
      const before = sender.answers.size;
      await server.keepUp();
      await until('it goes on by itself', () => sender.answers.size > before + 300);
      sending = false;
      await Promise.all(senders);
      await checkStored(sender, source);
      expect(log.lines.map(({ message }) => message)).toEqual([
        'Postgres does not answer, pushes are refused',
        'Postgres answers again, pushes are taken',
      ]);
    });

  test('it is found to be back also when nobody pushes, and other replicas are heard again', async () => {
    const [one, two] = [await startLog(), await startLog()];
    await takeDown('SIGINT');
    await expect(one.append([aDraft()])).rejects.toMatchObject({ retryable: true });
    expect(one.health().status).toBe('down');
    await server.keepUp();
    await until('both are well', () => [one, two].every((log) => log.health().status === 'ok'));
    const woken = Promise.withResolvers<void>();
    one.onCommitted((events) => events.length === 0 && woken.resolve());
    await two.append([aDraft()]);
    await woken.promise;
  });

  test('a start is refused with a code, and may be made again', async () => {
    await takeDown('SIGINT');
    const late = createPostgresEventLog({
      address: () => address,
      clock: systemClock,
      log,
      retention: { days: 30, byType: new Map() },
    });
    running.push(late);
    await expect(late.start()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    await server.keepUp();
    await late.start();
    expect((await late.append([aDraft()])).map(({ outcome }) => outcome)).toEqual(['stored']);
  });
});

describe('a Postgres that hangs', () => {
  test('is given up in five seconds, with all who wait, and used again when it goes on', async () => {
    const clock = new FakeClock('2026-01-03T15:00:00.000Z');
    const one = await startLog({ clock });
    const blocker = openPool(address, { max: 1 });
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = blocker
      .begin(async (tx) => {
        await tx`lock table event_keys in access exclusive mode`;
        held.resolve();
        await release.promise;
      })
      .catch(() => {});
    await held.promise;
    const draft = aDraft({ receivedAt: clock.now() });
    const flying = one.append([draft]).catch((error) => error);
    await until('it is under way', async () => {
      const [row] = await sql<{ n: number }[]>`
        select count(*)::int as n from pg_stat_activity
        where application_name = 'touchline event log' and wait_event_type = 'Lock'`;
      return row?.n === 1;
    });
    const waiting = [aDraft(), aDraft()].map((more) => one.append([more]).catch((error) => error));
    await clock.advance(seconds(5));
    for (const answer of [flying, ...waiting])
      expect(await answer).toMatchObject({ code: 'STORE_TIMEOUT', retryable: true });
    release.resolve();
    await holding;
    await blocker.end({ timeout: 1 });
    const [outcome] = await one.append([draft]);
    // The flight we gave up may have landed after all.
    expect(['stored', 'duplicate']).toContain(outcome?.outcome as string);
    const rows = await sql`select 1 from events where external_id = ${draft.externalId}`;
    expect(rows).toHaveLength(1);
    await one.stop();
    expect(clock.waiting).toBe(0);
  });
});

describe('the queue', () => {
  test('refuses at once what it has no room for, and takes it when there is room', async () => {
    const one = await startLog({ capacity: 100 });
    const first = one.append(drafts(10));
    // The first is in the air when these come.
    await Promise.resolve();
    await Promise.resolve();
    const fits = one.append(drafts(100));
    await expect(one.append(drafts(1))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(one.waiting()).toBe(100);
    await Promise.all([first, fits]);
    expect(one.waiting()).toBe(0);
    expect(await one.append(drafts(1))).toHaveLength(1);
    // More than ever fits is taken when nobody else waits.
    expect(await one.append(drafts(5_000))).toHaveLength(5_000);
  });

  test('a stop lets the flight land and sends away who waits', async () => {
    const one = await startLog();
    const flying = one.append(drafts(500, { source: 'landing' }));
    await Promise.resolve();
    await Promise.resolve();
    const waiting = one.append([aDraft({ source: 'left' })]).catch((error) => error);
    await one.stop();
    expect((await flying).every(({ outcome }) => outcome === 'stored')).toBe(true);
    expect(await waiting).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    const rows = await sql<{ source: string; n: number }[]>`
      select source, count(*)::int as n from events where source in ('landing', 'left') group by source`;
    expect([...rows]).toEqual([{ source: 'landing', n: 500 }]);
  });
});
