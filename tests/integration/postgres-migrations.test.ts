import { afterEach, beforeEach, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/platform/system-clock.ts';
import { Database } from '../../src/stores/postgres/database.ts';
import { type Migration, migrate } from '../../src/stores/postgres/migrate.ts';
import { MIGRATIONS } from '../../src/stores/postgres/migrations.ts';
import { type TestPostgres, testPostgres } from '../support/postgres.ts';

const FIRST: Migration = {
  name: '0001_first',
  text: 'create table first (n int); insert into first values (1);',
};
const SECOND: Migration = {
  name: '0002_second',
  text: 'alter table first add m int; create table second ();',
};

let postgres: TestPostgres;
let database: Database;
const replicas: Database[] = [];

async function newReplica(): Promise<Database> {
  const replica = new Database({ clock: systemClock, kind: 'postgres' });
  replicas.push(replica);
  await replica.open(postgres.target);
  return replica;
}

beforeEach(async () => {
  postgres = await testPostgres();
  database = await newReplica();
});
afterEach(async () => {
  await Promise.all(replicas.splice(0).map((replica) => replica.close()));
});
afterEach(() => postgres.drop());

const names = async (): Promise<string[]> =>
  (await postgres.sql<{ name: string }[]>`select name from schema_migrations order by name`).map(
    ({ name }) => name,
  );

test('each migration is applied once, in order, and a later one on its own', async () => {
  expect(await migrate(database, [FIRST])).toEqual(['0001_first']);
  expect(await migrate(database, [FIRST])).toEqual([]);
  expect(await migrate(database, [FIRST, SECOND])).toEqual(['0002_second']);
  expect(await names()).toEqual(['0001_first', '0002_second']);
  expect([...(await postgres.sql`select n, m from first`)]).toEqual([{ n: 1, m: null }]);
});

test('replicas that start at once migrate once between them', async () => {
  const all = await Promise.all([database, await newReplica(), await newReplica(), await newReplica()]);
  const applied = await Promise.all(all.map((replica) => migrate(replica, [FIRST, SECOND])));
  expect(applied.flat().sort()).toEqual(['0001_first', '0002_second']);
  expect(await postgres.sql`select n from first`).toHaveLength(1);
});

test('a migration that was changed after it was applied is refused, and says what to do', async () => {
  await migrate(database, [FIRST]);
  const changed = { ...FIRST, text: `${FIRST.text} select 2;` };
  await expect(migrate(database, [changed, SECOND])).rejects.toMatchObject({
    code: 'STORE_MIGRATION_CHANGED',
    retryable: false,
    message: expect.stringContaining('Restore migrations/0001_first.sql'),
  });
  expect(await names()).toEqual(['0001_first']);
});

test('line ends are not a change', async () => {
  const text = 'create table lines (\n  n int\n);\n';
  await migrate(database, [{ name: '0001_lines', text }]);
  expect(await migrate(database, [{ name: '0001_lines', text: text.replaceAll('\n', '\r\n') }])).toEqual([]);
});

test('a database that a newer release has migrated is refused', async () => {
  await migrate(database, [FIRST, SECOND]);
  await expect(migrate(database, [FIRST])).rejects.toMatchObject({
    code: 'STORE_MIGRATION_UNKNOWN',
    message: expect.stringContaining('0002_second'),
  });
});

test('a migration that fails half-way leaves nothing of itself, and the ones before it stay', async () => {
  const broken = { name: '0002_broken', text: 'create table half (); insert into nowhere values (1);' };
  await expect(migrate(database, [FIRST, broken])).rejects.toMatchObject({
    code: 'STORE_MIGRATION_FAILED',
    message: expect.stringMatching(/0002_broken.*nowhere/),
  });
  expect(await names()).toEqual(['0001_first']);
  expect([...(await postgres.sql`select to_regclass('half') as half`)]).toEqual([{ half: null }]);
  expect(await migrate(database, [FIRST, SECOND])).toEqual(['0002_second']);
});

test('the list names every file of the folder, in its order, with its text', () => {
  const folder = join(import.meta.dir, '../../migrations');
  const files = readdirSync(folder).sort();
  expect(MIGRATIONS.map(({ name }) => `${name}.sql`)).toEqual(files);
  for (const { name, text } of MIGRATIONS)
    expect(text).toBe(readFileSync(join(folder, `${name}.sql`), 'utf8'));
});
