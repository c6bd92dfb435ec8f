import { days, type EpochMs, epochMs, iso } from '../../domain/time.ts';
import type { Database } from './database.ts';

/** How long history is kept, in days. */
export interface Retention {
  readonly scoresDays: number;
  readonly marketsDays: number;
}

type HistoryTable = 'live_scores' | 'markets';

const DAYS_AHEAD = 7;
// Waits for other replicas, but not for long on readers: what is not done now is done next time.
const TAKE_TURN = `
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
    await makeAhead(database, table, now);
    dropped.push(...(await dropOld(database, table, keepDays, now)));
  }
  return dropped;
}

async function makeAhead(database: Database, table: HistoryTable, now: EpochMs): Promise<void> {
  const present = new Set((await partitionsOf(database, table)).map(({ name }) => name));
  const steps: string[] = [];
  for (let day = -1; day <= DAYS_AHEAD; day++) {
    const from = startOfDay(now + days(day));
    const name = `${table}_p${iso(from).slice(0, 10).replaceAll('-', '')}`;
    if (!present.has(name)) steps.push(partition(table, name, iso(from), iso(startOfDay(from + days(1)))));
  }
  if (steps.length > 0) await database.script(TAKE_TURN + steps.join('\n'));
}

/** Rows of that day may be in the default partition by now; they move over, or Postgres would refuse the new one. */
const partition = (table: HistoryTable, name: string, from: string, to: string): string => `
  do $$ begin
    if to_regclass('${name}') is null then
      create table ${name} (like ${table} including all);
      with moved as (
        delete from ${table}_default where at >= '${from}' and at < '${to}' returning *
      ) insert into ${name} select * from moved;
      alter table ${table} attach partition ${name} for values from ('${from}') to ('${to}');
    end if;
  end $$;`;

async function dropOld(
  database: Database,
  table: HistoryTable,
  keepDays: number,
  now: EpochMs,
): Promise<string[]> {
  // A clock that runs ahead, ours or the server's, must not cost the history: the earlier of the two counts.
  const [row] = await database.run((sql) => sql<{ now: Date }[]>`select now() as now`);
  const cutoff = startOfDay(Math.min(now, row?.now.getTime() ?? now) - days(keepDays));
  const old = (await partitionsOf(database, table)).filter(({ day }) => day < cutoff);
  for (const { name } of old) await database.script(`${TAKE_TURN} drop table if exists ${name};`);
  await database.script(`delete from ${table}_default where at < '${iso(cutoff)}'`);
  return old.map(({ name }) => name);
}

/** Those that are named by a day; `day` is its first instant. */
async function partitionsOf(database: Database, table: HistoryTable) {
  const rows = await database.run(
    (sql) => sql<{ name: string }[]>`
      select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = ${table}::regclass`,
  );
  return rows.flatMap(({ name }) => {
    const digits = /_p(\d{4})(\d\d)(\d\d)$/.exec(name);
    return digits ? [{ name, day: Date.parse(`${digits[1]}-${digits[2]}-${digits[3]}T00:00:00Z`) }] : [];
  });
}

const startOfDay = (ms: number): EpochMs => epochMs(Math.floor(ms / days(1)) * days(1));
