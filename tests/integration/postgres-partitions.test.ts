import { afterAll, beforeAll, expect, test } from 'bun:test';
import { days, type EpochMs, epochMs, iso } from '../../src/domain/time.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import { Database } from '../../src/stores/postgres/database.ts';
import { migrate } from '../../src/stores/postgres/migrate.ts';
import { MIGRATIONS } from '../../src/stores/postgres/migrations.ts';
import { maintainPartitions } from '../../src/stores/postgres/partitions.ts';
import { type TestPostgres, testPostgres } from '../support/postgres.ts';

const RETENTION = { scoresDays: 90, marketsDays: 30 };
const DAY = days(1);
const today = epochMs(Math.floor(systemClock.now() / DAY) * DAY);
const inDays = (n: number): EpochMs => epochMs(today + n * DAY);
const nameOn = (table: string, day: EpochMs): string =>
  `${table}_p${iso(day).slice(0, 10).replaceAll('-', '')}`;

let postgres: TestPostgres;
const database = new Database({ clock: systemClock, kind: 'postgres' });

beforeAll(async () => {
  postgres = await testPostgres();
  await database.open(postgres.target);
  await migrate(database, MIGRATIONS);
});
afterAll(async () => {
  await database.close();
  await postgres.drop();
});

async function keep(at: EpochMs, matchId: string): Promise<void> {
  await postgres.sql`
    insert into markets (match_id, epoch, seq, kind, at, view)
    values (${matchId}, '1', 1, 'market_update', ${iso(at)}, '[]')`;
}

const placeOf = async (matchId: string): Promise<string | undefined> =>
  (
    await postgres.sql<{ place: string }[]>`
    select tableoid::regclass::text as place from markets where match_id = ${matchId}`
  )[0]?.place;

test('partitions are there from yesterday to a week ahead, and a second run changes nothing', async () => {
  expect(await maintainPartitions(database, RETENTION, systemClock.now())).toEqual([]);
  expect(await maintainPartitions(database, RETENTION, systemClock.now())).toEqual([]);
  for (const table of ['live_scores', 'markets']) {
    const rows = await postgres.sql<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = ${table}::regclass order by 1`;
    const expected = Array.from({ length: 9 }, (_, day) => nameOn(table, inDays(day - 1)));
    expect(rows.map(({ name }) => name)).toEqual([`${table}_default`, ...expected]);
  }
});

test('a row goes to the partition of its UTC day, to the millisecond', async () => {
  await keep(inDays(0), 'first-of-today');
  await keep(epochMs(inDays(1) - 1), 'last-of-today');
  await keep(inDays(1), 'first-of-tomorrow');
  expect(await placeOf('first-of-today')).toBe(nameOn('markets', inDays(0)));
  expect(await placeOf('last-of-today')).toBe(nameOn('markets', inDays(0)));
  expect(await placeOf('first-of-tomorrow')).toBe(nameOn('markets', inDays(1)));
});

test('a row that came before its partition waits in the default one and moves over', async () => {
  await keep(inDays(9), 'early');
  expect(await placeOf('early')).toBe('markets_default');
  await maintainPartitions(database, RETENTION, inDays(2));
  expect(await placeOf('early')).toBe(nameOn('markets', inDays(9)));
});

test('what is past its retention goes, per table, and nothing younger', async () => {
  for (const day of [-29, -30, -31])
    await maintainPartitions(database, { scoresDays: 999, marketsDays: 999 }, inDays(day));
  await keep(inDays(-31), 'too-old');
  await keep(inDays(-30), 'old');
  await keep(inDays(-60), 'stray');
  expect(await placeOf('stray')).toBe('markets_default');
  const dropped = [...(await maintainPartitions(database, RETENTION, systemClock.now()))].sort();
  expect(dropped).toEqual([nameOn('markets', inDays(-32)), nameOn('markets', inDays(-31))]);
  expect(await placeOf('too-old')).toBeUndefined();
  expect(await placeOf('stray')).toBeUndefined();
  expect(await placeOf('old')).toBe(nameOn('markets', inDays(-30)));
});

test('a clock that runs years ahead costs no history', async () => {
  await keep(inDays(0), 'dear');
  await maintainPartitions(database, RETENTION, inDays(5_000));
  expect(await placeOf('dear')).toBe(nameOn('markets', inDays(0)));
});

test('replicas may maintain at once', async () => {
  const runs = Array.from({ length: 4 }, () => maintainPartitions(database, RETENTION, inDays(20)));
  expect((await Promise.all(runs)).flat()).toEqual([]);
  await keep(inDays(27), 'ahead');
  expect(await placeOf('ahead')).toBe(nameOn('markets', inDays(27)));
});
