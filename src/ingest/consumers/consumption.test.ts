import { afterEach, describe, expect, test } from 'bun:test';
import { aDraft, SUBJECTS } from '../../../tests/support/event-drafts.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { MemoryEventLog } from '../../../tests/support/memory-event-log.ts';
import { TouchlineError } from '../../domain/errors.ts';
import type { StoredEvent } from '../../domain/event.ts';
import { minutes, seconds } from '../../domain/time.ts';
import type { DeadLetter } from '../../ports/event-log.ts';
import type { Leadership } from '../../ports/leadership.ts';
import { StoreError } from '../../ports/store-error.ts';
import { Consumption } from './consumption.ts';
import type { EventConsumer, Handled } from './event-consumer.ts';

/** Leads when told to. */
class Throne implements Leadership {
  #leads = false;
  readonly #listeners = new Set<(leads: boolean) => void>();
  isLeader = () => this.#leads;
  token = () => (this.#leads ? 1 : 0);
  onChange(listener: (leads: boolean) => void): () => void {
    this.#listeners.add(listener);
    if (this.#leads) listener(true);
    return () => this.#listeners.delete(listener);
  }
  become(leads: boolean): void {
    this.#leads = leads;
    for (const listener of this.#listeners) listener(leads);
  }
}

/** Writes down what it is handed; whatever `onHandle` throws is its failure. */
class Scribe implements EventConsumer {
  readonly name = 'scribe';
  readonly handled: StoredEvent[] = [];
  readonly batches: number[] = [];
  settled = 0;
  onHandle: (event: StoredEvent) => void | Promise<void> = () => {};
  resumeAt: ((shardId: number, cursor: number) => number) | undefined;

  readonly batch: number;

  constructor(batch = 1) {
    this.batch = batch;
  }

  async resume(shardId: number, cursor: number): Promise<number> {
    return this.resumeAt?.(shardId, cursor) ?? cursor;
  }

  async handle(events: readonly StoredEvent[]): Promise<readonly Handled[]> {
    for (const event of events) await this.onHandle(event);
    this.handled.push(...events);
    this.batches.push(events.length);
    return events.map(() => 'done');
  }

  async handleLate(event: StoredEvent): Promise<Handled> {
    this.handled.push(event);
    return 'done';
  }

  async settle(): Promise<void> {
    this.settled += 1;
  }
}

const running: Consumption[] = [];
afterEach(async () => {
  for (const consumption of running.splice(0)) await consumption.stop();
});

const clock = () => new FakeClock('2026-01-03T15:00:00.000Z');

function replica(log: MemoryEventLog, time: FakeClock, consumer = new Scribe()) {
  const throne = new Throne();
  const buried: DeadLetter[] = [];
  const faults: unknown[] = [];
  const consumption = new Consumption({
    consumer,
    log,
    leadership: throne,
    clock: time,
    reports: {
      handled: () => {},
      buried: (letter) => buried.push(letter),
      fault: (error) => faults.push(error),
    },
  });
  running.push(consumption);
  return { consumption, consumer, throne, buried, faults };
}

async function leading(consumer = new Scribe()) {
  const time = clock();
  const log = new MemoryEventLog();
  const parts = replica(log, time, consumer);
  await parts.consumption.start();
  parts.throne.become(true);
  await time.advance(0);
  log.reads.length = 0;
  return { time, log, ...parts };
}

const inShard = (shard: number) => aDraft({ subject: SUBJECTS[shard] as string });
const numbers = (events: readonly StoredEvent[], shard = 0) =>
  events.filter(({ shardId }) => shardId === shard).map(({ sequenceNumber }) => sequenceNumber);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('the way of an event', () => {
  test('what is handed over is handled without asking the log', async () => {
    const { time, log, consumer } = await leading();
    await log.append([inShard(0), inShard(1), inShard(0)]);
    await time.advance(0);
    expect([numbers(consumer.handled, 0), numbers(consumer.handled, 1)]).toEqual([[1, 2], [1]]);
    expect(log.reads).toEqual([]);
  });

  test('what was not handed over is read from the log, and nothing is skipped or done twice', async () => {
    const { time, log, consumer } = await leading();
    await log.append([inShard(0)]);
    log.handOver = 'lost';
    await log.append([inShard(0), inShard(0)]);
    log.handOver = 'told';
    await log.append([inShard(0)]);
    await time.advance(0);
    expect(numbers(consumer.handled)).toEqual([1, 2, 3, 4]);
  });

  test('what another replica commits is found when it is announced, and without that by looking', async () => {
    const { time, log, consumer } = await leading();
    log.handOver = 'announced';
    await log.append([inShard(3)]);
    await time.advance(5);
    expect(numbers(consumer.handled, 3)).toEqual([1]);
    expect(log.reads).toEqual(['3 0']);
    log.handOver = 'lost';
    await log.append([inShard(3)]);
    await time.advance(seconds(15));
    expect(numbers(consumer.handled, 3)).toEqual([1, 2]);
  });

  test('many at once stay in order in each shard, however long each takes', async () => {
    const { time, log, consumer } = await leading();
    consumer.onHandle = ({ sequenceNumber }) =>
      sequenceNumber % 3 === 0 ? time.sleep(7, new AbortController().signal) : undefined;
    for (let round = 0; round < 100; round++)
      await Promise.all([1, 2, 3].map((shard) => log.append([inShard(shard), inShard(shard)])));
    await time.advance(seconds(10));
    for (const shard of [1, 2, 3]) expect(numbers(consumer.handled, shard)).toEqual(upTo(200));
  });

  test('more than fits in memory waits in the log', async () => {
    const { time, log, consumer, consumption } = await leading(new Scribe(100));
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    consumer.onHandle = () => gate;
    for (let i = 0; i < 50; i++) await log.append(Array.from({ length: 100 }, () => inShard(0)));
    expect(consumption.lag()).toBe(5_000);
    open();
    await time.advance(seconds(1));
    expect(numbers(consumer.handled)).toEqual(upTo(5_000));
    expect(consumption.lag()).toBe(0);
    expect(Math.max(...consumer.batches)).toBe(100);
  });

  test('numbers that retention has taken away are passed over', async () => {
    const time = clock();
    const log = new MemoryEventLog();
    await log.append(Array.from({ length: 9 }, () => inShard(0)));
    log.forget(0, 6);
    const { consumption, consumer, throne } = replica(log, time);
    await consumption.start();
    throne.become(true);
    await time.advance(0);
    await log.append([inShard(0)]);
    await time.advance(0);
    expect(numbers(consumer.handled)).toEqual([7, 8, 9, 10]);
  });
});

describe('a poison event', () => {
  const poisoned = (bad: number) => (event: StoredEvent) => {
    if (event.sequenceNumber === bad) throw new TypeError('cannot be digested');
  };

  test('is tried five times over three seconds, buried, and the rest goes on; other shards do not notice', async () => {
    const { time, log, consumer, buried } = await leading();
    let tries = 0;
    consumer.onHandle = (event) => {
      if (event.shardId === 0 && event.sequenceNumber === 2) tries += 1;
      if (event.shardId === 0) poisoned(2)(event);
    };
    await log.append([inShard(0), inShard(0), inShard(0), inShard(1)]);
    await time.advance(seconds(2.9));
    expect([numbers(consumer.handled, 0), numbers(consumer.handled, 1)]).toEqual([[1], [1]]);
    await time.advance(seconds(0.2));
    expect(tries).toBe(5);
    expect(numbers(consumer.handled, 0)).toEqual([1, 3]);
    expect(buried).toHaveLength(1);
    expect(log.letters).toMatchObject([
      { consumer: 'scribe', code: 'EVENT_FAILED', reason: 'cannot be digested', attempts: 5 },
    ]);
    expect(log.letters[0]?.event).toEqual(log.events[1] as StoredEvent);
  });

  test('in a batch does not take its neighbours with it', async () => {
    const { time, log, consumer } = await leading(new Scribe(10));
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    consumer.onHandle = async (event) => {
      await gate;
      poisoned(4)(event);
    };
    for (let i = 0; i < 6; i++) await log.append([inShard(0)]);
    open();
    await time.advance(seconds(4));
    expect(numbers(consumer.handled)).toEqual([1, 2, 3, 5, 6]);
    expect(log.letters.map(({ event }) => event.sequenceNumber)).toEqual([4]);
  });

  test('that no further try can help is buried at once', async () => {
    class Unreadable extends TouchlineError<'UNREADABLE'> {
      readonly retryable = false;
    }
    const { time, log, consumer } = await leading();
    consumer.onHandle = ({ sequenceNumber }) => {
      if (sequenceNumber === 1) throw new Unreadable('UNREADABLE', 'no such type');
    };
    await log.append([inShard(0), inShard(0)]);
    await time.advance(0);
    expect(numbers(consumer.handled)).toEqual([2]);
    expect(log.letters).toMatchObject([{ code: 'UNREADABLE', attempts: 1 }]);
  });

  test('waits for the log to be there before it is given up', async () => {
    const { time, log, consumer } = await leading();
    consumer.onHandle = poisoned(1);
    await log.append([inShard(0), inShard(0)]);
    log.isAway = true;
    await time.advance(minutes(1));
    expect(numbers(consumer.handled)).toEqual([]);
    log.isAway = false;
    await time.advance(seconds(3));
    expect(numbers(consumer.handled)).toEqual([2]);
    expect(log.letters).toHaveLength(1);
  });
});

describe('a store that is away', () => {
  const away = () => {
    throw new StoreError('STORE_UNAVAILABLE', 'not now');
  };

  test('is no poison: the event waits as long as it takes', async () => {
    const { time, log, consumer, buried } = await leading();
    consumer.onHandle = away;
    await log.append([inShard(0), inShard(0)]);
    await time.advance(minutes(10));
    consumer.onHandle = () => {};
    await time.advance(seconds(3));
    expect(numbers(consumer.handled)).toEqual([1, 2]);
    expect(buried).toEqual([]);
  });

  test('and comes back having lost something gets it again', async () => {
    const { time, log, consumer } = await leading(new Scribe(10));
    await log.append(Array.from({ length: 5 }, () => inShard(0)));
    await time.advance(0);
    consumer.onHandle = away;
    consumer.resumeAt = (shard) => (shard === 0 ? 2 : 0);
    await log.append([inShard(0)]);
    await time.advance(seconds(1));
    consumer.onHandle = () => {};
    await time.advance(seconds(3));
    expect(numbers(consumer.handled)).toEqual([1, 2, 3, 4, 5, 3, 4, 5, 6]);
  });
});

describe('cursors', () => {
  test('are saved once a second, after everything handled was settled', async () => {
    const { time, log, consumer } = await leading();
    await log.append([inShard(0), inShard(0), inShard(5)]);
    await time.advance(900);
    expect(log.saved.get('scribe')).toBeUndefined();
    await time.advance(100);
    expect([...(log.saved.get('scribe') ?? [])]).toEqual([
      [0, 2],
      [5, 1],
    ]);
    expect(consumer.settled).toBeGreaterThan(0);
  });

  test('are saved on a stop, when what was being handled is done', async () => {
    const { time, log, consumer, consumption } = await leading();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    consumer.onHandle = () => gate;
    await log.append([inShard(0), inShard(0)]);
    const stopped = consumption.stop();
    open();
    await stopped;
    expect(numbers(consumer.handled)).toEqual([1]);
    expect([...(log.saved.get('scribe') ?? [])]).toEqual([[0, 1]]);
    expect(time.waiting).toBe(0);
  });

  test('a stop does not wait for a Postgres that is away', async () => {
    const { time, log, consumption } = await leading();
    await log.append([inShard(0)]);
    await time.advance(0);
    log.isAway = true;
    await consumption.stop();
    expect(time.waiting).toBe(0);
  });

  test('lead the next leader on; in between nothing is handled', async () => {
    const { time, log, consumer, throne } = await leading();
    const next = replica(log, time);
    await next.consumption.start();
    await log.append([inShard(0), inShard(0)]);
    await time.advance(0);
    throne.become(false);
    await time.advance(0);
    await log.append([inShard(0)]);
    await time.advance(seconds(5));
    next.throne.become(true);
    await time.advance(0);
    await log.append([inShard(0)]);
    await time.advance(0);
    expect(numbers(consumer.handled)).toEqual([1, 2]);
    expect(numbers(next.consumer.handled)).toEqual([3, 4]);
  });

  test('of a leader that died are a second old: what it did last is done again, nothing is left out', async () => {
    const { time, log, consumer } = await leading();
    await log.append([inShard(0)]);
    await time.advance(seconds(1));
    await log.append([inShard(0)]);
    await time.advance(0);
    const next = replica(log, time);
    await next.consumption.start();
    next.throne.become(true);
    await time.advance(0);
    expect(numbers(consumer.handled)).toEqual([1, 2]);
    expect(numbers(next.consumer.handled)).toEqual([2]);
  });

  test('that cannot be read yet are waited for', async () => {
    const time = clock();
    const log = new MemoryEventLog();
    await log.append([inShard(0)]);
    log.isAway = true;
    const { consumption, consumer, throne } = replica(log, time);
    await consumption.start();
    throne.become(true);
    await time.advance(seconds(30));
    log.isAway = false;
    await time.advance(seconds(2));
    expect(numbers(consumer.handled)).toEqual([1]);
  });
});
