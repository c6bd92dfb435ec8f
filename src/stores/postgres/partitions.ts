import { days, type EpochMs, epochMs, iso } from '../../domain/time.ts';
import type { Database } from './database.ts';

/** How long history is kept, in days. */
export interface Retention {
  readonly scoresDays: number;
  readonly marketsDays: number;
}

/** A table that is partitioned by UTC days of a column, into `<table>_pYYYYMMDD` and `<table>_default`. */
export interface DailyTable {
  readonly name: string;
  readonly column: string;
}

/** One of its days; `day` is its first instant. */
export interface DayPartition {
  readonly name: string;
  readonly day: EpochMs;
}

const DAYS_AHEAD = 7;
// Waits for other replicas, but not for long on readers: what is not done now is done next time.
export const TAKE_TURN = `
  set local lock_timeout = '3s';
  select pg_advisory_xact_lock(8390880541846401392);`;

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
    await makeAhead(database, { name: table, column: 'at' }, now);
    dropped.push(...(await dropOld(database, table, keepDays, now)));
  }
  return dropped;
}

/** Makes those from yesterday to a week ahead that are not there, and those of the instants in `also`. */
export async function makeAhead(
  database: Database,
  table: DailyTable,
  now: EpochMs,
  also: readonly EpochMs[] = [],
): Promise<void> {
  const present = new Set((await partitionsOf(database, table.name)).map(({ name }) => name));
  const steps = new Map<string, string>();
  const ahead = Array.from({ length: DAYS_AHEAD + 2 }, (_, day) => now + days(day - 1));
  for (const instant of [...ahead, ...also]) {
    const from = startOfDay(instant);
    const name = nameOn(table, from);
    if (!present.has(name)) steps.set(name, partition(table, name, from));
  }
  if (steps.size > 0) await database.script(TAKE_TURN + [...steps.values()].join('\n'));
}

const nameOn = (table: DailyTable, day: EpochMs): string =>
  `${table.name}_p${iso(day).slice(0, 10).replaceAll('-', '')}`;

/** The clause that attaches a partition of that day. */
export const boundsOf = (day: EpochMs): string =>
  `for values from ('${iso(day)}') to ('${iso(startOfDay(day + days(1)))}')`;

/** Rows of that day may be in the default partition by now; they move over, or Postgres would refuse the new one. */
const partition = (table: DailyTable, name: string, from: EpochMs): string => `
  do $$ begin
    if to_regclass('${name}') is null then
      create table ${name} (like ${table.name} including all);
      with moved as (
        delete from ${table.name}_default
        where ${table.column} >= '${iso(from)}' and ${table.column} < '${iso(startOfDay(from + days(1)))}' returning *
      ) insert into ${name} select * from moved;
      alter table ${table.name} attach partition ${name} ${boundsOf(from)};
    end if;
  end $$;`;

async function dropOld(database: Database, table: string, keepDays: number, now: EpochMs): Promise<string[]> {
  const cutoff = startOfDay((await soberNow(database, now)) - days(keepDays));
  const old = (await partitionsOf(database, table)).filter(({ day }) => day < cutoff);
  for (const { name } of old) await database.script(`${TAKE_TURN} drop table if exists ${name};`);
  await database.script(`delete from ${table}_default where at < '${iso(cutoff)}'`);
  return old.map(({ name }) => name);
}

/** A clock that runs ahead, ours or the server's, must not cost what is kept: the earlier of the two counts. */
export async function soberNow(database: Database, now: EpochMs): Promise<EpochMs> {
  const [row] = await database.run((sql) => sql<{ now: Date }[]>`select now() as now`);
  return epochMs(Math.min(now, row?.now.getTime() ?? now));
}

/** Those that are named by a day, in no order. */
export async function partitionsOf(database: Database, table: string): Promise<readonly DayPartition[]> {
  const rows = await database.run(
    (sql) => sql<{ name: string }[]>`
      select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = ${table}::regclass`,
  );
  return rows.flatMap(({ name }) => {
    const digits = /_p(\d{4})(\d\d)(\d\d)$/.exec(name);
    return digits
      ? [{ name, day: epochMs(Date.parse(`${digits[1]}-${digits[2]}-${digits[3]}T00:00:00Z`)) }]
      : [];
  });
}

/** The first instant of the UTC day that `ms` is in. */
export const startOfDay = (ms: number): EpochMs => epochMs(Math.floor(ms / days(1)) * days(1));
