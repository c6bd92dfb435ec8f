import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { EventDraft, StoredEvent } from '../../src/domain/event.ts';
import { days, type EpochMs, epochMs, hours, iso, minutes } from '../../src/domain/time.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ArchiveTarget } from '../../src/ports/event-retention.ts';
import { Database } from '../../src/stores/postgres/database.ts';
import type { Archive } from '../../src/stores/postgres/events/archive/archive.ts';
import { archivedEvent } from '../../src/stores/postgres/events/archive/archive-line.ts';
import { FolderArchive } from '../../src/stores/postgres/events/archive/folder-archive.ts';
import { measureLot, recordLot } from '../../src/stores/postgres/events/expired-lot.ts';
import {
  createPostgresEventLog,
  type PostgresEventLog,
} from '../../src/stores/postgres/events/postgres-event-log.ts';
import { EventUpkeep } from '../../src/stores/postgres/events/upkeep.ts';
import { aDraft, drafts } from '../support/event-drafts.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { keptLog } from '../support/kept-log.ts';
import { type TestPostgres, testPostgres } from '../support/postgres.ts';
import { startS3Server } from '../support/s3-server.ts';
import { until } from '../support/until.ts';

// Long ago, so that the server's clock, which counts too, is always ahead.
const dayOf = (n: number) => epochMs(Date.parse('2024-03-10T00:00:00.000Z') + days(n));
const dateOf = (n: number) => iso(dayOf(n)).slice(0, 10);
const partitionOf = (n: number) => `events_p${dateOf(n).replaceAll('-', '')}`;
const fileOf = (n: number, part = 1) => `events-${dateOf(n)}.${part}.ndjson.gz`;

let postgres: TestPostgres;
let now: EpochMs;
// Stands still until it is set; timers run in real time, for a database that really answers.
const clock: Clock = { ...systemClock, now: () => now };
let folder: string;
let running: PostgresEventLog[];

beforeAll(async () => {
  postgres = await testPostgres();
});
afterAll(() => postgres.drop());
beforeEach(() => {
  now = epochMs(dayOf(0) + hours(12));
  folder = mkdtempSync(join(tmpdir(), 'touchline-archive-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((log) => log.stop()));
  rmSync(folder, { recursive: true });
  // Quicker than another database for each test.
  const days = (await partitions()).filter((name) => name !== 'events_default');
  await postgres.sql.unsafe(`
    drop table ${days.join(', ')};
    truncate events, event_keys, event_archives, event_upkeep;
    update event_shards set last_number = 0;`);
});

async function startLog(
  more: {
    archive?: ArchiveTarget | null;
    byType?: Record<string, number>;
    log?: ReturnType<typeof keptLog>;
  } = {},
): Promise<PostgresEventLog> {
  const log = createPostgresEventLog({
    address: () => postgres.target,
    clock,
    log: more.log ?? keptLog(),
    retention: { days: 30, byType: new Map(Object.entries(more.byType ?? {})) },
    ...(more.archive === null ? {} : { archive: more.archive ?? { kind: 'folder', folder } }),
  });
  running.push(log);
  await log.start();
  return log;
}

async function store(log: PostgresEventLog, given: readonly EventDraft[]): Promise<StoredEvent[]> {
  return (await log.append(given)).map((outcome) => {
    if (outcome.outcome !== 'stored') throw new Error(`it was ${outcome.outcome}`);
    return outcome.event;
  });
}

const onDay = (n: number, count: number, more: Partial<EventDraft> = {}) =>
  drafts(count, { receivedAt: epochMs(dayOf(n) + hours(12)), ...more });

const placeOf = async ({ itemId }: { itemId: string }): Promise<string | undefined> =>
  (
    await postgres.sql<{ place: string }[]>`
      select tableoid::regclass::text as place from events where item_id = ${itemId}`
  )[0]?.place;

const fileOfPartition = async (n: number): Promise<string | undefined> =>
  (
    await postgres.sql<{ file: string }[]>`
      select pg_relation_filenode(${partitionOf(n)}::text::regclass)::text as file`
  )[0]?.file;

const partitions = async (): Promise<string[]> =>
  (
    await postgres.sql<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass order by 1`
  ).map(({ name }) => name);

const kept = async (): Promise<string[]> =>
  (await postgres.sql<{ id: string }[]>`select item_id as id from events order by 1`).map(({ id }) => id);

const idsOf = (events: readonly StoredEvent[]) => events.map(({ itemId }) => itemId as string).sort();
const inOrder = (events: readonly StoredEvent[]) =>
  [...events].sort((a, b) => a.shardId - b.shardId || a.sequenceNumber - b.sequenceNumber);

const eventsIn = (bytes: Uint8Array): StoredEvent[] =>
  gunzipSync(bytes)
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => archivedEvent(line));
const archived = (name: string) => eventsIn(readFileSync(join(folder, name)));

/** It is noon of that day, and nobody did the upkeep of the days in between. */
function skipTo(n: number): void {
  now = epochMs(dayOf(n) + hours(12));
}

describe('partitions', () => {
  test('are there from yesterday to a week ahead, and each midnight finds its own', async () => {
    const log = await startLog();
    expect(await partitions()).toEqual(['events_default', ...[-1, 0, 1, 2, 3, 4, 5, 6, 7].map(partitionOf)]);
    const [last, first] = await store(log, [
      aDraft({ receivedAt: epochMs(dayOf(1) - 1) }),
      aDraft({ receivedAt: dayOf(1) }),
    ]);
    expect(await placeOf(last as StoredEvent)).toBe(partitionOf(0));
    expect(await placeOf(first as StoredEvent)).toBe(partitionOf(1));
    now = epochMs(dayOf(1) - 1);
    await log.keepUp();
    expect(await partitions()).not.toContain(partitionOf(8));
    now = dayOf(1);
    await log.keepUp();
    expect(await partitions()).toContain(partitionOf(8));
  });

  test('an event of a day that has none waits in the default one and moves over', async () => {
    const log = await startLog();
    const [early, old, far] = (await store(log, [
      aDraft({ receivedAt: dayOf(9) }),
      aDraft({ receivedAt: dayOf(-20) }),
      aDraft({ receivedAt: dayOf(10_000) }),
    ])) as [StoredEvent, StoredEvent, StoredEvent];
    for (const event of [early, old, far]) expect(await placeOf(event)).toBe('events_default');
    await log.keepUp();
    expect(await placeOf(early)).toBe('events_default');
    expect(await placeOf(old)).toBe(partitionOf(-20));
    skipTo(2);
    await log.keepUp();
    expect(await placeOf(early)).toBe(partitionOf(9));
    expect(await placeOf(far)).toBe('events_default');
    expect(await kept()).toEqual(idsOf([early, old, far]));
  });

  test('replicas may see to them at once', async () => {
    const [one, two] = [await startLog(), await startLog()];
    skipTo(20);
    await Promise.all([one.keepUp(), two.keepUp(), one.keepUp(), two.keepUp()]);
    expect(await partitions()).toContain(partitionOf(27));
  });
});

describe('retention', () => {
  test('a day past it is archived, then dropped; nothing younger is; its keys are known for ever', async () => {
    const log = await startLog();
    const given = onDay(0, 5_000, { data: '{ "odd":1.10,\n"text":"Ådalen 🏉"}', occurredAt: dayOf(-1) });
    const old = await store(log, given);
    const young = await store(log, onDay(1, 3));
    skipTo(30);
    expect(await log.keepUp()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    skipTo(31);
    expect(await log.keepUp()).toEqual([dateOf(0)]);
    expect(await partitions()).not.toContain(partitionOf(0));
    expect(await kept()).toEqual(idsOf(young));
    expect(readdirSync(folder)).toEqual([fileOf(0)]);
    expect(archived(fileOf(0))).toEqual(
      inOrder(old).map((event) => ({ ...event, data: event.data.replace('\n', ' ') })),
    );
    const [again] = await log.append([given[7] as EventDraft]);
    expect(again).toMatchObject({ outcome: 'duplicate', first: { itemId: given[7]?.itemId } });
    expect(await log.keepUp()).toEqual([]);
    expect(readdirSync(folder)).toEqual([fileOf(0)]);
  });

  test('without an archive it is dropped all the same, and a day without events goes unsaid', async () => {
    const log = keptLog();
    const events = await startLog({ archive: null, log });
    await store(events, onDay(0, 3));
    skipTo(31);
    expect(await events.keepUp()).toEqual([dateOf(0)]);
    expect(await kept()).toEqual([]);
    const names = await partitions();
    expect(names).not.toContain(partitionOf(-1));
    expect(names).not.toContain(partitionOf(0));
    expect(log.lines.map(({ message }) => message)).toEqual(['events past their retention were removed']);
  });

  for (const { name, odds, goals } of [
    { name: 'the smaller part of a day', odds: 40, goals: 60 },
    { name: 'the larger part of a day', odds: 60, goals: 40 },
  ])
    test(`a type that is kept shorter leaves early, ${name}; the rest can be read and searched as before`, async () => {
      const log = await startLog({ byType: { betting_odds: 7 } });
      const goalsStored = await store(log, onDay(0, goals));
      const oddsStored = await store(log, onDay(0, odds, { eventType: 'betting_odds' }));
      const today = await store(log, onDay(8, 5, { eventType: 'betting_odds' }));
      const fileBefore = await fileOfPartition(0);
      skipTo(8);
      expect(await log.keepUp()).toEqual([dateOf(0)]);
      // Written anew it gives its space back; that is worth it only when less stays than leaves.
      expect((await fileOfPartition(0)) === fileBefore).toBe(odds < goals);
      expect(archived(fileOf(0))).toEqual(inOrder(oddsStored));
      expect(await kept()).toEqual(idsOf([...goalsStored, ...today]));
      expect(await partitions()).toContain(partitionOf(0));
      const [one] = inOrder(goalsStored) as [StoredEvent];
      expect((await log.read(one.shardId, 0, 1))[0]).toEqual(one);
      expect(await log.search({ until: dayOf(1), limit: 1_000 })).toHaveLength(goals);
      expect(await log.keepUp()).toEqual([]);
      skipTo(31);
      expect(await log.keepUp()).toEqual([dateOf(0), dateOf(8)]);
      expect(archived(fileOf(0, 2))).toEqual(inOrder(goalsStored));
      expect(archived(fileOf(8))).toEqual(inOrder(today));
      expect(await partitions()).not.toContain(partitionOf(0));
    });

  test('a type that is kept longer stays when its day leaves, and takes new rows', async () => {
    const log = await startLog({ byType: { race_result: 60 } });
    const races = await store(log, onDay(0, 5, { eventType: 'race_result' }));
    const scores = await store(log, onDay(0, 50));
    skipTo(31);
    expect(await log.keepUp()).toEqual([dateOf(0)]);
    expect(await kept()).toEqual(idsOf(races));
    expect(archived(fileOf(0))).toEqual(inOrder(scores));
    expect(await log.keepUp()).toEqual([]);
    const late = await store(log, onDay(0, 1, { eventType: 'race_result' }));
    expect(await placeOf(late[0] as StoredEvent)).toBe(partitionOf(0));
    skipTo(61);
    expect(await log.keepUp()).toEqual([dateOf(0)]);
    expect(archived(fileOf(0, 2))).toEqual(inOrder([...races, ...late]));
    expect(await partitions()).not.toContain(partitionOf(0));
  });

  test('a type with quotes in its name cannot do anything else', async () => {
    const odd = `o'dd"); drop table events; --`;
    const log = await startLog({ byType: { [odd]: 7 } });
    const stays = await store(log, onDay(0, 3));
    await store(log, onDay(0, 2, { eventType: odd }));
    skipTo(8);
    expect(await log.keepUp()).toEqual([dateOf(0)]);
    expect(await kept()).toEqual(idsOf(stays));
  });

  test('a clock that runs years ahead costs nothing', async () => {
    const log = await startLog();
    const events = await store(log, drafts(3, { receivedAt: systemClock.now() }));
    now = epochMs(dayOf(365 * 100));
    expect(await log.keepUp()).toEqual([]);
    expect(await kept()).toEqual(idsOf(events));
  });

  test('of two replicas one does it', async () => {
    const [one, two] = [await startLog(), await startLog()];
    await store(one, onDay(0, 2_000));
    skipTo(31);
    const did = await Promise.all([one.keepUp(), two.keepUp()]);
    expect(did.flat()).toEqual([dateOf(0)]);
    expect(readdirSync(folder)).toEqual([fileOf(0)]);
    expect(await kept()).toEqual([]);
  });
});

describe('between the archive and the removal', () => {
  const database = new Database({ clock, kind: 'postgres' });
  beforeEach(() => database.open(postgres.target));
  afterEach(() => database.close());

  const upkeepWith = (archive: Archive) =>
    new EventUpkeep({
      database,
      clock,
      log: keptLog(),
      retention: { days: 30, byType: new Map() },
      archive,
      holder: 'tests',
    });

  test('an event that came in late stays, and leaves with the next part', async () => {
    const log = await startLog();
    const old = await store(log, onDay(0, 10));
    skipTo(31);
    const late: StoredEvent[] = [];
    const folderArchive = new FolderArchive(folder);
    const upkeep = upkeepWith({
      spool: folder,
      take: async (path, name) => {
        late.push(...(await store(log, onDay(0, 2))));
        await folderArchive.take(path, name);
      },
    });
    expect(await upkeep.run()).toEqual([dateOf(0)]);
    expect(await kept()).toEqual(idsOf(late));
    expect(archived(fileOf(0))).toEqual(inOrder(old));
    expect(await log.keepUp()).toEqual([dateOf(0)]);
    expect(archived(fileOf(0, 2))).toEqual(inOrder(late));
    expect(await kept()).toEqual([]);
  });

  test('an archive that fails costs nothing and leaves no half file; the next round does it', async () => {
    const log = await startLog();
    const old = await store(log, onDay(0, 10));
    skipTo(31);
    const upkeep = upkeepWith({ spool: folder, take: () => Promise.reject(new Error('the disk is full')) });
    await expect(upkeep.run()).rejects.toThrow('the disk is full');
    expect(await kept()).toEqual(idsOf(old));
    expect(readdirSync(folder)).toEqual([]);
    expect(await log.keepUp()).toEqual([dateOf(0)]);
    expect(archived(fileOf(0))).toEqual(inOrder(old));
  });

  test('a crash after the archive was taken in, before it was recorded: it is made again', async () => {
    const log = await startLog();
    const old = await store(log, onDay(0, 10));
    skipTo(31);
    const folderArchive = new FolderArchive(folder);
    const upkeep = upkeepWith({
      spool: folder,
      take: async (path, name, signal) => {
        await folderArchive.take(path, name);
        void upkeep.stop();
        signal.throwIfAborted();
      },
    });
    await expect(upkeep.run()).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([fileOf(0)]);
    expect(await kept()).toEqual(idsOf(old));
    const late = await store(log, onDay(0, 1));
    expect(await log.keepUp()).toEqual([dateOf(0)]);
    expect(readdirSync(folder)).toEqual([fileOf(0)]);
    expect(archived(fileOf(0))).toEqual(inOrder([...old, ...late]));
    expect(await kept()).toEqual([]);
  });

  for (const half of [false, true])
    test(`a crash after it was recorded${half ? ', half removed' : ''}: the removal is finished, the file left alone`, async () => {
      const log = await startLog({ byType: { race_result: 60 } });
      const races = await store(log, onDay(0, 300, { eventType: 'race_result' }));
      const scores = await store(log, onDay(0, 100));
      skipTo(31);
      const partition = { name: partitionOf(0), day: dayOf(0) };
      const leaving = { types: ['race_result'], allBut: true };
      const lot = await database.run((sql) => measureLot(sql, partition, leaving));
      expect(lot.events).toBe(100);
      await database.run((sql) => recordLot(sql, lot, fileOf(0)));
      writeFileSync(join(folder, fileOf(0)), 'what was archived before the crash');
      if (half) await postgres.sql`delete from events where event_type = 'live_score' and shard_id < 8`;
      const late = await store(log, onDay(0, 1));
      expect(await log.keepUp()).toEqual([dateOf(0)]);
      expect(readFileSync(join(folder, fileOf(0)), 'utf8')).toBe('what was archived before the crash');
      expect(archived(fileOf(0, 2))).toEqual(late);
      expect(await kept()).toEqual(idsOf(races));
      expect(scores).toHaveLength(100);
      const open = await postgres.sql`select 1 from event_archives where removed_at is null`;
      expect(open).toHaveLength(0);
    });

  test('the same lot cannot be recorded twice', async () => {
    const log = await startLog();
    await store(log, onDay(0, 3));
    const partition = { name: partitionOf(0), day: dayOf(0) };
    const lot = await database.run((sql) => measureLot(sql, partition, { types: [], allBut: true }));
    await database.run((sql) => recordLot(sql, lot, undefined));
    await expect(database.run((sql) => recordLot(sql, lot, undefined))).rejects.toMatchObject({
      code: 'STORE_REJECTED',
    });
  });

  test('what a killed process left in the folder is swept after a day; nothing else is', async () => {
    const log = await startLog();
    const names = [
      '.events-2024-01-01.1.ndjson.gz.abc.part',
      '.events-2024-02-02.1.ndjson.gz.abc.part',
      'mine.part',
    ];
    for (const name of names) writeFileSync(join(folder, name), 'x');
    const old = (now - days(1)) / 1_000 - 1;
    for (const name of [names[0], names[2]]) utimesSync(join(folder, name as string), old, old);
    await log.keepUp();
    expect(readdirSync(folder).sort()).toEqual([names[1], names[2]] as string[]);
  });

  test('the upkeep runs by itself, a minute after the start and every hour; what fails is tried again', async () => {
    const events = await startLog();
    await store(events, onDay(-40, 3));
    const fake = new FakeClock(iso(now));
    const log = keptLog();
    let round = Promise.withResolvers<void>();
    let fails = 2;
    const folderArchive = new FolderArchive(folder);
    const upkeep = new EventUpkeep({
      database,
      clock: fake,
      log: {
        ...log,
        info: (fields, message) => {
          log.info(fields, message);
          round.resolve();
        },
      },
      retention: { days: 30, byType: new Map() },
      archive: {
        spool: folder,
        take: (path, name) => {
          if (fails-- > 0) return Promise.reject(new Error('the disk is full'));
          return folderArchive.take(path, name);
        },
      },
      holder: 'tests',
    });
    upkeep.start();
    const waitsAgain = () => until('the next round is planned', () => fake.waiting === 1);
    await fake.advance(minutes(1));
    await waitsAgain();
    await fake.advance(minutes(10));
    await waitsAgain();
    expect(await kept()).toHaveLength(3);
    await fake.advance(minutes(10));
    await round.promise;
    await waitsAgain();
    expect(await kept()).toHaveLength(0);
    round = Promise.withResolvers();
    await store(events, onDay(-40, 2));
    await fake.advance(hours(1));
    await round.promise;
    await waitsAgain();
    expect(log.lines.map(({ message }) => message)).toEqual([
      'upkeep of the event log failed, it will be tried again',
      'events past their retention were removed',
      'events past their retention were removed',
    ]);
    await upkeep.stop();
    expect(fake.waiting).toBe(0);
  });

  test('while another replica has the lease nothing is removed, until it runs out', async () => {
    const log = await startLog();
    await store(log, onDay(0, 3));
    skipTo(31);
    await postgres.sql`
      insert into event_upkeep (holder, held_until) values ('another', now() + interval '15 minutes')`;
    expect(await log.keepUp()).toEqual([]);
    await postgres.sql`update event_upkeep set held_until = now() - interval '1 second'`;
    expect(await log.keepUp()).toEqual([dateOf(0)]);
    expect(await postgres.sql`select 1 from event_upkeep`).toHaveLength(0);
  });
});

describe('an archive in a bucket', () => {
  const credentials = {
    bucket: 'archive',
    region: 'eu-west-1',
    accessKeyId: 'KEYOFTHETEST',
    secretAccessKey: 'secret/of+the=test',
  };
  const target = (endpoint: string, more: object = {}): ArchiveTarget => ({
    kind: 's3',
    ...credentials,
    endpoint,
    prefix: 'touchline/events/',
    spool: join(folder, 'spool'),
    ...more,
  });
  const key = `touchline/events/${fileOf(0)}`;

  test('is sent signed, read again, and only then the day is dropped', async () => {
    const s3 = startS3Server(credentials);
    const log = await startLog({ archive: target(s3.endpoint) });
    const old = await store(log, onDay(0, 3_000));
    skipTo(31);
    expect(await log.keepUp()).toEqual([dateOf(0)]);
    expect(s3.requests).toEqual([`PUT ${key} 200`, `GET ${key} 200`]);
    expect(eventsIn(s3.objects.get(key) as Uint8Array)).toEqual(inOrder(old));
    expect(await kept()).toEqual([]);
    expect(readdirSync(join(folder, 'spool'))).toEqual([]);
    s3.stop();
  });

  const faults: readonly {
    name: string;
    fault?: { method: string; kind: 'refuse' | 'truncate' };
    more?: object;
  }[] = [
    { name: 'refuses what it is sent', fault: { method: 'PUT', kind: 'refuse' } },
    { name: 'keeps only half of it', fault: { method: 'PUT', kind: 'truncate' } },
    { name: 'cannot be read', fault: { method: 'GET', kind: 'refuse' } },
    { name: 'does not know the key', more: { secretAccessKey: 'wrong' } },
    { name: 'is another', more: { bucket: 'elsewhere' } },
  ];
  for (const { name, fault, more } of faults)
    test(`that ${name} costs nothing, and the next round does it`, async () => {
      const s3 = startS3Server(credentials);
      s3.fault = fault;
      const log = await startLog({ archive: target(s3.endpoint, more) });
      const old = await store(log, onDay(0, 20));
      skipTo(31);
      const error = await log.keepUp().then(
        () => undefined,
        (error: Error) => error,
      );
      expect(error).toBeInstanceOf(Error);
      expect(Bun.inspect(error)).not.toContain(credentials.secretAccessKey);
      expect(await kept()).toEqual(idsOf(old));
      expect(readdirSync(join(folder, 'spool'))).toEqual([]);
      s3.fault = undefined;
      const good = await startLog({ archive: target(s3.endpoint) });
      expect(await good.keepUp()).toEqual([dateOf(0)]);
      expect(eventsIn(s3.objects.get(key) as Uint8Array)).toEqual(inOrder(old));
      s3.stop();
    });

  test('that hangs does not hold up a stop', async () => {
    const s3 = startS3Server(credentials);
    s3.fault = { method: 'PUT', kind: 'hang' };
    const log = await startLog({ archive: target(s3.endpoint) });
    const old = await store(log, onDay(-40, 3));
    const round = log.keepUp().catch((error) => error);
    while (readdirSync(folder).length === 0 || readdirSync(join(folder, 'spool')).length === 0)
      await Bun.sleep(2);
    await log.stop();
    expect(await round).toBeInstanceOf(Error);
    expect(await kept()).toEqual(idsOf(old));
    s3.stop();
  });
});
