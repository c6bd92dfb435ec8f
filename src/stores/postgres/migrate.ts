import { createHash } from 'node:crypto';
import { StoreError } from '../../ports/store-error.ts';
import type { Transaction } from './connect.ts';
import type { Database } from './database.ts';

/** One forward step of the schema: `name` as `NNNN_what`, `text` plain SQL of any number of statements. */
export interface Migration {
  readonly name: string;
  readonly text: string;
}

// Any constant will do, as long as every replica uses the same: "touchlin" as eight bytes.
const LOCK = '8390880541846401390';
// Replicas that start at once wait for the first one's longest migration.
const PATIENCE = 10 * 60_000;

/**
 * Brings the database to the last of `migrations`, each in a transaction of its own, and returns the names of those it
 * applied. Replicas that start at once take turns. Throws `STORE_MIGRATION_CHANGED`, `STORE_MIGRATION_UNKNOWN` or
 * `STORE_MIGRATION_FAILED`, and leaves everything as it was before the file at fault.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const applied: string[] = [];
  await database.transaction(prepare, PATIENCE);
  await database.transaction((sql) => verify(sql, migrations), PATIENCE);
  for (const migration of migrations)
    if (await database.transaction((sql) => apply(sql, migration), PATIENCE)) applied.push(migration.name);
  return applied;
}

async function prepare(sql: Transaction): Promise<void> {
  await takeTurn(sql);
  await sql`
    create table if not exists schema_migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`;
}

/** Held to the end of the transaction: it works through transaction poolers too, where a session lock would be lost. */
async function takeTurn(sql: Transaction): Promise<void> {
  await sql`set local statement_timeout = 0`;
  await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`;
}

async function verify(sql: Transaction, migrations: readonly Migration[]): Promise<void> {
  const rows = await sql<{ name: string; checksum: string }[]>`
    select name, checksum from schema_migrations order by name`;
  const known = new Map(migrations.map((migration) => [migration.name, checksum(migration)]));
  for (const { name, checksum } of rows) {
    const expected = known.get(name);
    if (expected === undefined)
      throw new StoreError(
        'STORE_MIGRATION_UNKNOWN',
        `The database has migration ${name}, which this release does not know. Start the release that brought it, or a newer one.`,
        { details: { migration: name } },
      );
    if (expected !== checksum)
      throw new StoreError(
        'STORE_MIGRATION_CHANGED',
        `Migration ${name} was changed after it was applied. Restore migrations/${name}.sql as it was and put the change into a new file.`,
        { details: { migration: name } },
      );
  }
}

async function apply(sql: Transaction, migration: Migration): Promise<boolean> {
  await takeTurn(sql);
  const [done] = await sql`select 1 from schema_migrations where name = ${migration.name}`;
  if (done) return false;
  try {
    await sql.unsafe(migration.text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(
      'STORE_MIGRATION_FAILED',
      `Migration ${migration.name} was refused and rolled back: ${reason}`,
      { cause, details: { migration: migration.name } },
    );
  }
  await sql`
    insert into schema_migrations (name, checksum) values (${migration.name}, ${checksum(migration)})`;
  return true;
}

/** Of the text alone: a checkout that turned its line ends into CRLF has the same migrations. */
const checksum = ({ text }: Migration): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
