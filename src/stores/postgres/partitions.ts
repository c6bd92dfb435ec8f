import { days, type EpochMs, epochMs, iso } from '../../domain/time.ts';
import type { Transaction } from './connect.ts';
import type { Database } from './database.ts';

export interface Retention {
  readonly scoresDays: number;
  readonly marketsDays: number;
}

const DAYS_AHEAD = 7;
// Serialises replicas; any constant that no other advisory lock uses.
const LOCK = '8390880541846401392';

/**
 * Makes the day partitions from yesterday to a week ahead and drops those past their retention, by UTC days. Returns the
 * names of those dropped. Safe to run on many replicas at once.
 */
export async function maintainPartitions(
  database: Database,
  retention: Retention,
  now: EpochMs,
): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (const [table, keepDays] of [
    ['live_scores', retention.scoresDays],
    ['markets', retention.marketsDays],
  ] as const) {
    await database.transaction((sql) => makeAhead(sql, table, now));
    dropped.push(...(await database.transaction((sql) => dropOld(sql, table, keepDays, now))));
  }
  return dropped;
}

type HistoryTable = 'live_scores' | 'markets';

async function makeAhead(sql: Transaction, table: HistoryTable, now: EpochMs): Promise<void> {
  await takeTurn(sql);
  const present = new Set((await partitionsOf(sql, table)).map(({ name }) => name));
  for (let day = -1; day <= DAYS_AHEAD; day++) {
    const from = startOfDay(now + days(day));
    const name = partitionName(table, from);
    if (!present.has(name)) await makePartition(sql, table, name, from, startOfDay(from + days(1)));
  }
}

/** Rows of that day may be in the default partition by now; they move over, or Postgres would refuse the new one. */
async function makePartition(
  sql: Transaction,
  table: HistoryTable,
  name: string,
  from: EpochMs,
  to: EpochMs,
): Promise<void> {
  const range = [iso(from), iso(to)] as const;
  const fallback = sql(`${table}_default`);
  await sql`create table ${sql(name)} (like ${sql(table)} including all)`;
  await sql`
    with moved as (delete from ${fallback} where at >= ${range[0]} and at < ${range[1]} returning *)
    insert into ${sql(name)} select * from moved`;
  await sql.unsafe(
    `alter table ${table} attach partition ${name} for values from ('${range[0]}') to ('${range[1]}')`,
  );
}

async function dropOld(
  sql: Transaction,
  table: HistoryTable,
  keepDays: number,
  now: EpochMs,
): Promise<string[]> {
  await takeTurn(sql);
  // A clock that runs ahead, ours or the server's, must not cost the history: the earlier of the two counts.
  const [row] = await sql<{ now: Date }[]>`select now() as now`;
  const cutoff = startOfDay(Math.min(now, row?.now.getTime() ?? now) - days(keepDays));
  const old = (await partitionsOf(sql, table)).filter(({ day }) => day < cutoff);
  for (const { name } of old) await sql`drop table ${sql(name)}`;
  await sql`delete from ${sql(`${table}_default`)} where at < ${iso(cutoff)}`;
  return old.map(({ name }) => name);
}

/** Waits for other replicas, but not for long on readers: what is not done now is done next time. */
async function takeTurn(sql: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`;
  await sql`set local lock_timeout = '3s'`;
}

async function partitionsOf(sql: Transaction, table: HistoryTable) {
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${table}::regclass`;
  return rows.flatMap(({ name }) => {
    const digits = /_p(\d{4})(\d\d)(\d\d)$/.exec(name);
    return digits ? [{ name, day: Date.parse(`${digits[1]}-${digits[2]}-${digits[3]}T00:00:00Z`) }] : [];
  });
}

const partitionName = (table: HistoryTable, from: EpochMs): string =>
  `${table}_p${iso(from).slice(0, 10).replaceAll('-', '')}`;

const startOfDay = (ms: number): EpochMs => epochMs(Math.floor(ms / days(1)) * days(1));
