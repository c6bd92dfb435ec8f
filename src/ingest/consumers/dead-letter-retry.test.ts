import { afterEach, expect, test } from 'bun:test';
import { aDraft } from '../../../tests/support/event-drafts.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { MemoryEventLog } from '../../../tests/support/memory-event-log.ts';
import type { StoredEvent } from '../../domain/event.ts';
import { seconds } from '../../domain/time.ts';
import { StoreError } from '../../ports/store-error.ts';
import { DeadLetterRetry } from './dead-letter-retry.ts';
import type { EventConsumer } from './event-consumer.ts';

const started: DeadLetterRetry[] = [];
afterEach(async () => {
  for (const retry of started.splice(0)) await retry.stop();
});

async function scene(letters: number) {
  const clock = new FakeClock();
  const log = new MemoryEventLog();
  await log.append(Array.from({ length: letters }, () => aDraft({ subject: 'match:m1' })));
  for (const event of log.events)
    await log.bury({ event, consumer: 'views', code: 'X', reason: 'x', attempts: 5, failedAt: clock.now() });
  const state = { leads: true, fails: undefined as (() => Error) | undefined };
  const handled: number[] = [];
  const consumer: EventConsumer = {
    name: 'views',
    batch: 1,
    handle: async () => [],
    handleLate: async ({ sequenceNumber }: StoredEvent) => {
      if (state.fails) throw state.fails();
      handled.push(sequenceNumber);
      return 'done';
    },
  };
  const replica = () => {
    const retry = new DeadLetterRetry({
      consumers: [consumer],
      log,
      leadership: { isLeader: () => state.leads },
      clock,
      reports: { handled: () => {}, buried: () => {}, fault: () => {} },
    });
    started.push(retry);
    return retry;
  };
  return { clock, log, state, handled, replica, retry: replica() };
}

test('a letter that is tried again and can be handled is gone; the others stay', async () => {
  const { clock, log, retry, handled } = await scene(3);
  expect(await retry.retry([2, 2, 99])).toBe(1);
  await clock.advance(0);
  expect(handled).toEqual([2]);
  expect(log.letters.map(({ id }) => id)).toEqual([1, 3]);
});

test('one that fails again is a letter again, under its new reason', async () => {
  const { clock, log, retry, state } = await scene(1);
  state.fails = () => new TypeError('still not');
  await retry.retry([1]);
  await clock.advance(0);
  expect(log.letters).toMatchObject([{ id: 1, code: 'EVENT_FAILED', reason: 'still not', attempts: 6 }]);
});

test('asked of a replica that does not lead, the one that leads takes it up', async () => {
  const { clock, log, state, handled, retry, replica } = await scene(2);
  state.leads = false;
  await retry.start();
  expect(await retry.retry([1, 2])).toBe(2);
  await clock.advance(seconds(6));
  expect(handled).toEqual([]);
  state.leads = true;
  const leader = replica();
  await leader.start();
  await clock.advance(seconds(6));
  expect(handled).toEqual([1, 2]);
  expect(log.letters).toEqual([]);
});

test('while a store is away the letter waits for its try, and is not lost', async () => {
  const { clock, log, state, handled, retry } = await scene(1);
  state.fails = () => new StoreError('STORE_UNAVAILABLE', 'away');
  await retry.start();
  await retry.retry([1]);
  await clock.advance(seconds(20));
  expect(log.letters).toMatchObject([{ id: 1, code: 'RETRY_ASKED', attempts: 5 }]);
  state.fails = undefined;
  await clock.advance(seconds(6));
  expect(handled).toEqual([1]);
  expect(log.letters).toEqual([]);
});

test('a letter of a consumer that is not there stays one', async () => {
  const { clock, log, retry } = await scene(1);
  const [letter] = await log.deadLetters({ limit: 1 });
  if (letter) await log.bury({ ...letter, consumer: 'streams' });
  await retry.retry([2]);
  await clock.advance(0);
  expect(log.letters.at(-1)).toMatchObject({ id: 2, consumer: 'streams', code: 'EVENT_FAILED', attempts: 6 });
});

test('a stop leaves nothing running', async () => {
  const { clock, retry } = await scene(1);
  await retry.start();
  await clock.advance(seconds(12));
  await retry.stop();
  expect(clock.waiting).toBe(0);
});
