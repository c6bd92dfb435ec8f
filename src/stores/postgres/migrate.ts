import { createHash } from 'node:crypto';
import { minutes } from '../../domain/time.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { Database } from './database.ts';

/** One forward step of the schema: `name` as `NNNN_what`, `text` plain SQL of any number of statements. */
export interface Migration {
  readonly name: string;
  readonly text: string;
}

// Replicas that start at once wait for the first one's longest migration.
const PATIENCE = minutes(10);
// Any constant that no other advisory lock uses. Held to the end of the transaction, which works through transaction
// poolers too, where a lock of the session would be lost.
const TAKE_TURN = `
  set local statement_timeout = 0;
  select pg_advisory_xact_lock(8390880541846401390);`;

/**
 * Brings the database to the last of `migrations`, each in a transaction of its own, and returns the names of those it
 * applied. Replicas that start at once take turns. Throws `STORE_MIGRATION_CHANGED`, `STORE_MIGRATION_UNKNOWN` or
 * `STORE_MIGRATION_FAILED`, and leaves everything as it was before the file at fault.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  await database.script(
    `${TAKE_TURN}
    create table if not exists schema_migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    );`,
    PATIENCE,
  );
  const applied = await verify(database, migrations);
  const fresh: string[] = [];
  for (const migration of migrations)
    if (!applied.has(migration.name) && (await apply(database, migration))) fresh.push(migration.name);
  return fresh;
}

/** Returns the names of those already applied. */
async function verify(database: Database, migrations: readonly Migration[]): Promise<ReadonlySet<string>> {
  const rows = await database.run(
    (sql) => sql<{ name: string; checksum: string }[]>`select name, checksum from schema_migrations`,
  );
  const known = new Map(migrations.map((migration) => [migration.name, checksumOf(migration)]));
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
  return new Set(rows.map(({ name }) => name));
}

/**
 * The entry in the list comes first: when another replica was faster it is there already, the whole transaction is
 * refused, and `false` is returned.
 */
async function apply(database: Database, migration: Migration): Promise<boolean> {
  const { name, text } = migration;
  if (!/^\d{4}_[a-z0-9_]+$/.test(name)) throw new RangeError(`not a name of a migration: ${name}`);
  const enlist = `insert into schema_migrations (name, checksum) values ('${name}', '${checksumOf(migration)}');`;
  try {
    await database.script(`${TAKE_TURN}\n${enlist}\n${text}`, PATIENCE);
    return true;
  } catch (error) {
    if (!(error instanceof StoreError) || error.retryable) throw error;
    if (error.details.constraint === 'schema_migrations_pkey') return false;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new StoreError(
      'STORE_MIGRATION_FAILED',
      `Migration ${name} was refused and rolled back: ${reason}`,
      { cause: error.cause, details: { migration: name } },
    );
  }
}

/** Of the text alone: a checkout that turned its line ends into CRLF has the same migrations. */
const checksumOf = ({ text }: Migration): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
