import type { Millis } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { DatabaseAddress } from '../../../ports/database-target.ts';
import { StoreError } from '../../../ports/store-error.ts';
import { openPool, type Sql } from '../connect.ts';
import { translateError } from '../translate-error.ts';

// Any constant will do; it only has to differ from other advisory locks taken one by one in this database.
const LOCK = '8390880541846401391';

// The server notices within milliseconds that a killed process is gone.
const PATIENCE: Millis = 1_500;

/** The right of one process to use the embedded server, and to stop it. Ends with the connection, so with the process. */
export interface Claim {
  held(): Promise<boolean>;
  end(): Promise<void>;
}

/**
 * Takes the claim. A process that was just killed keeps it for an instant, hence a few tries. Throws `STORE_IN_USE`
 * when another process has it, and `STORE_UNAVAILABLE` when the server goes away meanwhile.
 */
export async function takeClaim(address: DatabaseAddress, dataDir: string, clock: Clock): Promise<Claim> {
  const applicationName = `touchline process ${process.pid}`;
  const sql = openPool(address, { max: 1, lasting: true, applicationName });
  const patience = new AbortController();
  try {
    for (const until = clock.now() + PATIENCE; ; ) {
      const [row] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${LOCK}::bigint) as taken`;
      if (row?.taken) return { held: () => isHeld(sql), end: () => sql.end({ timeout: 1 }) };
      if (clock.now() >= until) throw await inUse(sql, dataDir);
      await clock.sleep(50, patience.signal);
    }
  } catch (cause) {
    await sql.end({ timeout: 1 });
    throw translateError(cause);
  }
}

/** After a lost connection the library opens another, which does not have the lock: it tries for it again. */
async function isHeld(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ held: boolean }[]>`
    select exists (
      select from pg_locks where pid = pg_backend_pid() and locktype = 'advisory' and objsubid = 1
        and (classid::bigint << 32 | objid::bigint) = ${LOCK}::bigint
    ) or pg_try_advisory_lock(${LOCK}::bigint) as held`;
  return row?.held ?? false;
}

async function inUse(sql: Sql, dataDir: string): Promise<StoreError> {
  const [holder] = await sql<{ name: string }[]>`
    select application_name as name from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and (classid::bigint << 32 | objid::bigint) = ${LOCK}::bigint`;
  return new StoreError(
    'STORE_IN_USE',
    `${dataDir} is in use by ${holder?.name ?? 'another process'}. Stop it first, or give this one a DATA_DIR of its own.`,
    { details: { dataDir } },
  );
}
