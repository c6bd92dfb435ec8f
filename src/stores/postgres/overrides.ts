import { epochMs, iso } from '../../domain/time.ts';
import type { AuditEntry, OverrideChange } from '../../ports/history.ts';
import type { PollingOverride, PollingScope } from '../../ports/polling.ts';
import type { DataKind } from '../../ports/provider.ts';
import type { Sql } from './connect.ts';

/** The channel on which replicas tell each other of a changed override. */
export const OVERRIDES_CHANNEL = 'touchline_overrides';

// Changes go one after the other, so that audit ids grow in the order in which changes become visible.
const LOCK = '8390880541846401393';

/** Sets or removes the override, audits it with what it replaces, and tells every replica, in one transaction. */
export async function writeOverride(sql: Sql, change: OverrideChange): Promise<void> {
  const { taskId = null, sport = null, league = null, matchId = null } = change.scope;
  const { kind, interval, actor } = change;
  const at = iso(change.at);
  await sql.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`;
    const [previous] = await sql<{ interval_ms: string }[]>`
      delete from polling_overrides
      where (task_id, sport, league, match_id, kind)
        is not distinct from (${taskId}::text, ${sport}::text, ${league}::text, ${matchId}::text, ${kind}::text)
      returning interval_ms`;
    if (interval !== null)
      await sql`
        insert into polling_overrides (task_id, sport, league, match_id, kind, interval_ms, actor, at)
        values (${taskId}, ${sport}, ${league}, ${matchId}, ${kind}, ${interval}, ${actor}, ${at})`;
    const detail = JSON.stringify({
      scope: change.scope,
      kind,
      interval,
      previous: previous ? Number(previous.interval_ms) : null,
    });
    await sql`
      insert into audit_log (at, actor, action, subject, detail)
      values (${at}, ${actor}, ${interval === null ? 'polling.override.remove' : 'polling.override.set'},
        ${subjectOf(change)}, ${detail}::text::jsonb)`;
    await sql`select pg_notify(${OVERRIDES_CHANNEL}, '')`;
  });
}

/** `match m-1 scores`, `league nfl`, `everything`. */
function subjectOf({ scope, kind }: OverrideChange): string {
  const { taskId, matchId, league, sport } = scope;
  const of =
    taskId !== undefined
      ? `task ${taskId}`
      : matchId !== undefined
        ? `match ${matchId}`
        : league !== undefined
          ? `league ${league}`
          : sport !== undefined
            ? `sport ${sport}`
            : 'everything';
  return kind === null ? of : `${of} ${kind}`;
}

interface OverrideRecord {
  readonly task_id: string | null;
  readonly sport: NonNullable<PollingScope['sport']> | null;
  readonly league: string | null;
  readonly match_id: NonNullable<PollingScope['matchId']> | null;
  readonly kind: DataKind | null;
  readonly interval_ms: string;
  readonly actor: string;
  readonly at: Date;
}

export async function readOverrides(sql: Sql): Promise<PollingOverride[]> {
  const rows = await sql<
    OverrideRecord[]
  >`select * from polling_overrides order by at, task_id, match_id, league, sport`;
  return rows.map((row) => ({
    scope: {
      ...(row.task_id === null ? {} : { taskId: row.task_id }),
      ...(row.sport === null ? {} : { sport: row.sport }),
      ...(row.league === null ? {} : { league: row.league }),
      ...(row.match_id === null ? {} : { matchId: row.match_id }),
    },
    kind: row.kind,
    interval: Number(row.interval_ms),
    actor: row.actor,
    at: epochMs(row.at.getTime()),
  }));
}

/** The newest audit rows, newest first. */
export async function readAudit(sql: Sql, limit: number): Promise<AuditEntry[]> {
  const rows = await sql<(Omit<AuditEntry, 'id' | 'at'> & { id: string; at: Date })[]>`
    select id, at, actor, action, subject, detail from audit_log
    order by id desc limit ${Math.max(1, Math.min(Math.trunc(limit) || 1, 1_000))}`;
  return rows.map((row) => ({ ...row, id: Number(row.id), at: epochMs(row.at.getTime()) }));
}

/** Grows with every change of an override: what a replica compares that may have missed a notification. */
export async function readRevision(sql: Sql): Promise<number> {
  const [row] = await sql<{ id: string | null }[]>`select max(id) as id from audit_log`;
  return Number(row?.id ?? 0);
}
