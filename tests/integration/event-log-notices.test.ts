import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import type { StoredEvent } from '../../src/domain/event.ts';
import { seconds } from '../../src/domain/time.ts';
import {
  createPostgresEventLog,
  type PostgresEventLog,
} from '../../src/stores/postgres/events/postgres-event-log.ts';
import { drafts } from '../support/event-drafts.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { keptLog } from '../support/kept-log.ts';
import { type TestPostgres, testPostgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';

let postgres: TestPostgres;
let running: PostgresEventLog[] = [];

beforeAll(async () => {
  postgres = await testPostgres();
});
afterEach(async () => {
  await Promise.all(running.map((log) => log.stop()));
  running = [];
});
afterAll(() => postgres.drop());

/** A log whose clock stands still, so that it hears of others by their notices alone, and what it was told. */
async function startLog() {
  const clock = new FakeClock();
  const log = createPostgresEventLog({
    address: () => postgres.target,
    clock,
    log: keptLog(),
    retention: { days: 30, byType: new Map() },
  });
  running.push(log);
  const told: (readonly StoredEvent[])[] = [];
  log.onCommitted((events) => told.push(events));
  await log.start();
  // The first is for what may have been missed before it listened.
  await until('it listens', () => told.length === 1);
  told.length = 0;
  return { log, clock, told };
}

const sizes = (told: readonly (readonly StoredEvent[])[]) => told.map(({ length }) => length);

test('a replica hears of each flight of another once, and of its own only from itself', async () => {
  const [one, two] = [await startLog(), await startLog()];
  for (let i = 0; i < 3; i++) await one.log.append(drafts(5));
  await until('the other has heard', () => two.told.length === 3);
  expect(sizes(two.told)).toEqual([0, 0, 0]);
  await two.log.append(drafts(2));
  // Notices come in order: with this one, those of its own flights would have come too.
  await until('it has heard of the other', () => one.told.length === 4);
  expect(sizes(one.told)).toEqual([5, 5, 5, 0]);
});

test('a flight that stores nothing wakes nobody', async () => {
  const [one, two] = [await startLog(), await startLog()];
  const given = drafts(3);
  await one.log.append(given);
  await one.log.append(given);
  await one.log.append(drafts(1));
  await until('the other has heard', () => two.told.length === 2);
  await two.log.append(drafts(1));
  await until('the answer is heard', () => one.told.length === 3);
  expect(sizes(two.told)).toEqual([0, 0, 1]);
});

test('a notice that was lost is made up for within two seconds, and nothing is said when nothing is new', async () => {
  const { log, clock, told } = await startLog();
  const given = drafts(40);
  await log.append(given);
  // On the one connection for it, a repeat comes through after the look that was begun before.
  const looked = () => log.append(given.slice(0, 1));
  await clock.advance(seconds(2));
  await looked();
  expect(sizes(told)).toEqual([40]);
  // What another replica commits when its notice is not heard, as behind a transaction pooler.
  await postgres.sql`update event_shards set last_number = last_number + 1 where shard_id = 4`;
  await clock.advance(seconds(2));
  await looked();
  expect(sizes(told)).toEqual([40, 0]);
  await clock.advance(seconds(2));
  await looked();
  expect(sizes(told)).toEqual([40, 0]);
});

test('a lost notice is also made up for when numbers of our own came after it', async () => {
  const { log, clock, told } = await startLog();
  await postgres.sql`update event_shards set last_number = last_number + 1`;
  await log.append(drafts(40));
  await clock.advance(seconds(2));
  await until('it was told', () => told.length === 2);
  expect(sizes(told)).toEqual([40, 0]);
});

test('a listening connection that is cut is made anew, and what was missed meanwhile is told', async () => {
  const [one, two] = [await startLog(), await startLog()];
  await postgres.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'touchline event listener' and datname = current_database()`;
  await until('both listen again', () => one.told.length === 1 && two.told.length === 1);
  await one.log.append(drafts(1));
  await until('the other hears', () => two.told.length === 2);
  expect(sizes(two.told)).toEqual([0, 0]);
});
