import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { Redis } from 'ioredis';
import { SHARDS, type StoredEvent } from '../../src/domain/event.ts';
import { after, epochMs, hours, seconds } from '../../src/domain/time.ts';
import { Consumption } from '../../src/ingest/consumers/consumption.ts';
import { StreamsConsumer } from '../../src/ingest/consumers/streams-consumer.ts';
import { randomText } from '../../src/platform/random-text.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import { RedisEventStreams } from '../../src/stores/redis/event-streams.ts';
import { aDraft, SUBJECTS } from '../support/event-drafts.ts';
import { MemoryEventLog } from '../support/memory-event-log.ts';
import { ownRedisProgram } from '../support/redis.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(30_000);

const program = ownRedisProgram();
let redis: RunningRedis;
let reader: Redis;
beforeAll(async () => {
  redis = await startRedis(program);
  reader = new Redis(redis.url);
});
afterAll(async () => {
  reader.disconnect();
  await redis.end('SIGKILL');
});

const opened: RedisEventStreams[] = [];
afterEach(async () => {
  for (const streams of opened.splice(0)) await streams.stop();
});

async function streamsAt(url: string, keyPrefix: string): Promise<RedisEventStreams> {
  const streams = new RedisEventStreams({ url, keyPrefix, commandTimeout: 500 });
  opened.push(streams);
  await streams.start();
  await until('Redis answers', () =>
    streams.last(0).then(
      (last) => last >= 0,
      () => undefined,
    ),
  );
  return streams;
}

async function fixture() {
  const prefix = `${randomText(6)}:`;
  const streams = await streamsAt(redis.url, prefix);
  const ids = async (shard = 0) =>
    (await reader.xrange(`${prefix}events:{${shard}}`, '-', '+')).map(([id]) => id);
  return { prefix, streams, ids };
}

const NOW = systemClock.now();
const event = (number: number, more: Partial<StoredEvent> = {}): StoredEvent => ({
  ...aDraft({ subject: SUBJECTS[0] as string, receivedAt: NOW }),
  shardId: 0,
  sequenceNumber: number,
  ...more,
});
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => event(from + i));
const named = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}-0`);

test('an entry carries what the event says, its times, and its own number', async () => {
  const { prefix, streams } = await fixture();
  const one = event(7, { occurredAt: after(NOW, -seconds(2)), data: '{"a": 1.50}' });
  expect(await streams.append([one], 0)).toBe('appended');
  const [entry] = await reader.xrange(`${prefix}events:{0}`, '-', '+');
  expect(entry).toEqual([
    '7-0',
    [
      ...['itemId', one.itemId, 'eventType', 'live_score', 'source', 'north-feed'],
      ...['externalId', one.externalId, 'subject', one.subject],
      ...['occurredAt', new Date(NOW - 2_000).toISOString(), 'receivedAt', new Date(NOW).toISOString()],
      ...['data', '{"a": 1.50}'],
    ],
  ]);
});

test('what comes again is passed over, and two writers at once leave each event once, in order', async () => {
  const { prefix, streams, ids } = await fixture();
  const other = await streamsAt(redis.url, prefix);
  const all = events(1, 400);
  const write = async (writer: RedisEventStreams, step: number) => {
    for (let i = 0; i < all.length; i += step) await writer.append(all.slice(i, i + step), 0);
  };
  await Promise.all([write(streams, 7), write(other, 13)]);
  await streams.append(all.slice(100, 200), 400);
  expect(await ids()).toEqual(named(1, 400));
  expect(await streams.last(0)).toBe(400);
});

test('a stream that has lost something says so, and nothing is put behind the gap', async () => {
  const { prefix, streams, ids } = await fixture();
  await streams.append(events(1, 5), 0);
  await reader.del(`${prefix}events:{0}`);
  expect(await streams.append([event(6)], 5)).toBe('lost');
  expect(await ids()).toEqual([]);
});

test('more than a script should carry goes in portions', async () => {
  const { streams, ids } = await fixture();
  const data = JSON.stringify({ text: 'x'.repeat(100_000) });
  await streams.append(
    events(1, 12).map((one) => ({ ...one, data })),
    0,
  );
  expect(await ids()).toEqual(named(1, 12));
});

test('an event that was left out is put behind the others, once it is not in its place', async () => {
  const { streams, ids } = await fixture();
  await streams.append([event(1), event(2), event(4)], 0);
  await streams.appendLate(event(3));
  await streams.appendLate(event(2));
  await streams.appendLate(event(9));
  expect(await ids()).toEqual(['1-0', '2-0', '4-0', '4-1', '9-0']);
});

test('old entries are trimmed, young ones stay, and the numbers are not forgotten', async () => {
  const { streams, ids } = await fixture();
  const old = events(1, 3_000).map((one, i) => ({ ...one, receivedAt: after(NOW, -hours(2) + i) }));
  for (let i = 0; i < old.length; i += 500) await streams.append(old.slice(i, i + 500), 0);
  await streams.append(events(3_001, 3_010), 3_000);
  await streams.trim(0, after(NOW, -hours(3)));
  expect((await ids())[0]).toBe('1-0');
  await streams.trim(0, after(NOW, -hours(1)));
  const left = await ids();
  expect(left.slice(-10)).toEqual(named(3_001, 3_010));
  // Trimming is by whole nodes of a hundred or so.
  expect(left.length).toBeLessThan(300);
  await streams.trim(0, after(NOW, hours(1)));
  expect(await streams.last(0)).toBe(3_010);
  await streams.trim(1, NOW);
});

test('a key that is no stream is said to be none', async () => {
  const { prefix, streams } = await fixture();
  await reader.set(`${prefix}events:{0}`, 'mine');
  await expect(streams.append([event(1)], 0)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' });
});

test('consumer groups and reading from an id are plain Redis', async () => {
  const { prefix, streams } = await fixture();
  const key = `${prefix}events:{0}`;
  await streams.append(events(1, 6), 0);
  await reader.xgroup('CREATE', key, 'analytics', '2-0');
  const [[, first] = []] = (await reader.xreadgroup(
    ...(['GROUP', 'analytics', 'a', 'COUNT', 2, 'STREAMS', key, '>'] as const),
  )) as [string, [string, string[]][]][];
  expect(first?.map(([id]) => id)).toEqual(['3-0', '4-0']);
  expect(await reader.xack(key, 'analytics', '3-0')).toBe(1);
  const [[, again] = []] = (await reader.xreadgroup(
    ...(['GROUP', 'analytics', 'a', 'STREAMS', key, '0'] as const),
  )) as [string, [string, string[]][]][];
  expect(again?.map(([id]) => id)).toEqual(['4-0']);
});

const leads = {
  isLeader: () => true,
  token: () => 1,
  onChange: (listener: (leads: boolean) => void) => {
    listener(true);
    return () => {};
  },
};

function follow(streams: RedisEventStreams, log: MemoryEventLog) {
  const consumer = new StreamsConsumer({ streams, log, clock: systemClock, keepFor: hours(24) });
  const faults: unknown[] = [];
  const consumption = new Consumption({
    consumer,
    log,
    leadership: leads,
    clock: systemClock,
    reports: { handled: () => {}, buried: () => {}, fault: (error) => faults.push(error) },
  });
  return { consumption, faults };
}

const push = (log: MemoryEventLog, count: number) =>
  log.append(
    Array.from({ length: count }, (_, i) =>
      aDraft({ subject: SUBJECTS[i % SHARDS] as string, receivedAt: systemClock.now() }),
    ),
  );

test('Redis is killed and comes back empty: every stream is filled again from the log, whole and in order', async () => {
  let own = await startRedis(program);
  const { port } = own;
  const log = new MemoryEventLog();
  const streams = await streamsAt(own.url, '');
  const { consumption, faults } = follow(streams, log);
  await consumption.start();
  const client = new Redis(own.url);
  client.on('error', () => {});
  const complete = async () => {
    for (let shard = 0; shard < SHARDS; shard++) {
      const ids = (await client.xrange(`events:{${shard}}`, '-', '+')).map(([id]) => id);
      const stored = log.events.filter(({ shardId }) => shardId === shard);
      if (ids.join() !== stored.map(({ sequenceNumber }) => `${sequenceNumber}-0`).join()) return false;
    }
    return true;
  };
  try {
    await push(log, 320);
    await until('the streams have all', complete);
    await own.end('SIGKILL');
    await push(log, 320);
    own = await startRedis(program, { port });
    await until('they have all again', () => complete().catch(() => false), 20_000);
    // Emptied behind our back, with no connection lost.
    await client.flushall();
    await push(log, 160);
    await until('and again', complete, 20_000);
    expect(log.letters).toEqual([]);
    expect(faults).toEqual([]);
  } finally {
    await consumption.stop();
    client.disconnect();
    await streams.stop();
    await own.end('SIGKILL');
  }
});

test('a new stream begins with what it would still keep of an old log', async () => {
  const { prefix, streams, ids } = await fixture();
  const log = new MemoryEventLog();
  const at = (number: number) => epochMs(systemClock.now() - (number <= 700 ? hours(30) : hours(1)));
  for (let number = 1; number <= 1_000; number++)
    await log.append([aDraft({ subject: SUBJECTS[0] as string, receivedAt: at(number) })]);
  expect(prefix).not.toBe('');
  const { consumption } = follow(streams, log);
  await consumption.start();
  await until('it is there', async () => (await ids()).length === 300);
  expect((await ids())[0]).toBe('701-0');
  await consumption.stop();
});
