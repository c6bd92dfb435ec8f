import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomText } from '../../../platform/random-text.ts';
import type { DatabaseAddress } from '../../../ports/database-target.ts';
import { openPool } from '../connect.ts';
import { translateError } from '../translate-error.ts';

/** `ours`: it serves this cluster · `busy`: it starts up or shuts down · `none`: nobody there, or another's server. */
export type Greeting = 'ours' | 'busy' | 'none';

const DATABASE = 'touchline';

/**
 * Asks who answers at `address`, and makes our database when it is missing. That it is the server of `cluster` is shown
 * by its reading a file that we just put there: neither a process number nor a path proves it, since both mean something
 * else in another container that shares the directory, and a copied directory names the server of the original.
 */
export async function greet(address: DatabaseAddress, cluster: string): Promise<Greeting> {
  const proof = `touchline.${randomText(12)}`;
  const file = join(cluster, proof);
  const sql = openPool({ ...address, database: 'postgres' } as DatabaseAddress, { max: 1 });
  try {
    await writeFile(file, proof);
    await chmod(file, 0o644);
    const [row] = await sql<{ ours: boolean; made: boolean }[]>`
      select coalesce(pg_read_file(${proof}, true) = ${proof}, false) as ours,
        exists (select from pg_database where datname = ${DATABASE}) as made`;
    if (!row?.ours) return 'none';
    if (!row.made) await sql.unsafe(`create database ${DATABASE}`);
    return 'ours';
  } catch (cause) {
    const error = translateError(cause);
    const state = String(error.details.postgres);
    // 42P04, 23505: another start made the database at the same moment.
    if (state.startsWith('57P') || state === '42P04' || state === '23505') return 'busy';
    if (error.retryable) return 'none';
    throw error;
  } finally {
    await Promise.all([sql.end({ timeout: 1 }), rm(file, { force: true })]);
  }
}

/** Our database on the server whose socket is in `directory`. */
export const addressIn = (directory: string, user: string, port: number): DatabaseAddress => ({
  kind: 'parts',
  host: directory,
  port,
  database: DATABASE,
  user,
});
