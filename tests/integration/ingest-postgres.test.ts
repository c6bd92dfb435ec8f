import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { epochMs } from '../../src/domain/time.ts';
import { builtInTypes } from '../../src/ingest/events/built-in-types.ts';
import { TypedEventIntake } from '../../src/ingest/events/event-intake.ts';
import { EventTypes } from '../../src/ingest/events/event-types.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { IncomingEvent, IntakeResult } from '../../src/ports/event-intake.ts';
import { MemoryLiveStore } from '../../src/stores/memory/memory-live-store.ts';
import { createPostgresEventLog } from '../../src/stores/postgres/events/postgres-event-log.ts';
import { keptLog } from '../support/kept-log.ts';
import { type TestPostgres, testPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
const live = new MemoryLiveStore({ clock: systemClock });

/** A replica of its own: nothing is shared with another but the database. */
async function replica() {
  const log = createPostgresEventLog({
    address: () => postgres.target,
    clock: systemClock,
    log: keptLog(),
    retention: { days: 30, byType: new Map() },
  });
  await log.start();
  return { log, intake: new TypedEventIntake({ types: new EventTypes(builtInTypes, live), log }) };
}

let one: Awaited<ReturnType<typeof replica>>;
let other: Awaited<ReturnType<typeof replica>>;

beforeAll(async () => {
  postgres = await testPostgres();
  one = await replica();
  other = await replica();
});
afterAll(async () => {
  await one.log.stop();
  await other.log.stop();
  await postgres.drop();
});

const score = (id: string, homeScore: number, more: Partial<IncomingEvent> = {}): IncomingEvent => ({
  source: 'north-feed',
  eventType: 'live_score',
  data: { matchId: `match of ${id}`, homeScore, awayScore: 0 },
  id,
  receivedAt: systemClock.now(),
  ...more,
});

const rowsOf = async (id: string) =>
  Number((await postgres.sql`select count(*) as n from events where external_id = ${id}`)[0]?.n);

const accepted = (result: IntakeResult | undefined) => {
  if (!result?.accepted) throw new Error(JSON.stringify(result));
  return result;
};

describe('the same event', () => {
  test('from many requests at once, on two replicas, is stored once and answered alike', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? one : other).intake.accept([score('at-once', 1)])),
    );
    const results = answers.map(([result]) => accepted(result));
    expect(new Set(results.map(({ itemId }) => itemId)).size).toBe(1);
    expect(new Set(results.map(({ sequenceNumber, shardId }) => `${shardId}:${sequenceNumber}`)).size).toBe(
      1,
    );
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await rowsOf('at-once')).toBe(1);
  });

  test('with other bodies at once: one is stored, its repeats are duplicates, the rest conflict', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? one : other).intake.accept([score('torn', i % 4)])),
    );
    const outcomes = answers.map(([result]) =>
      result?.accepted ? (result.duplicate ? 'duplicate' : 'stored') : result?.code,
    );
    const count = (outcome: string) => outcomes.filter((found) => found === outcome).length;
    expect([count('stored'), count('duplicate'), count('EVENT_CONFLICT')]).toEqual([1, 9, 30]);
    expect(await rowsOf('torn')).toBe(1);
  });

  test('later, after the first one’s day, is answered with the numbers of then', async () => {
    const longAgo = epochMs(systemClock.now() - 20 * 86_400_000);
    const [first] = await one.intake.accept([score('old', 1, { receivedAt: longAgo })]);
    const [again] = await other.intake.accept([score('old', 1)]);
    expect(again).toEqual({ ...accepted(first), duplicate: true });
    expect(accepted(again).receivedAt).toBe(longAgo);
  });
});

test('a batch keeps its order in the log, and good events their neighbours’ faults from hurting them', async () => {
  const events = Array.from({ length: 300 }, (_, i) =>
    i % 10 === 9
      ? score(`order-${i}`, -1)
      : score(`order-${i}`, i, { data: { matchId: 'one match', homeScore: i, awayScore: 0 } }),
  );
  const results = await one.intake.accept(events);
  expect(results.map(({ accepted }) => accepted)).toEqual(events.map((_, i) => i % 10 !== 9));
  const numbers = results.flatMap((result) => (result.accepted ? [result.sequenceNumber] : []));
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] as number) + i));
  const { shardId } = accepted(results[0]);
  const stored = await one.log.read(shardId, (numbers[0] as number) - 1, 1_000);
  expect(stored.map(({ data }) => JSON.parse(data).homeScore)).toEqual(
    events.map((_, i) => i).filter((i) => i % 10 !== 9),
  );
});

test('whatever the intake accepts, Postgres keeps and gives back as it came', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.jsonValue({ maxDepth: 6 }), fc.string({ unit: 'binary' })), {
        minLength: 1,
        maxLength: 8,
      }),
      async (extras) => {
        const events = extras.map((extra) => ({
          ...score('x', 1, { data: { matchId: 'any', homeScore: 1, awayScore: 0, extra } }),
        }));
        const results = await one.intake.accept(events.map(({ id: _, ...event }) => event));
        for (const [i, result] of results.entries()) {
          if (!result.accepted) {
            expect(result.message).toMatch(/NUL|surrogate|forbidden/);
            continue;
          }
          const [stored] = await one.log.read(result.shardId, result.sequenceNumber - 1, 1);
          expect(stored?.itemId).toBe(result.itemId);
          expect(stored?.data).toBe(JSON.stringify(events[i]?.data));
        }
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
