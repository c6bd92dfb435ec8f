import { epochMs, iso } from '../../domain/time.ts';
import type { AuditEntry, OverrideChange } from '../../ports/history.ts';
import type { PollingOverride, PollingScope } from '../../ports/polling.ts';
import type { DataKind } from '../../ports/provider.ts';
import type { Sql } from './connect.ts';

/** The channel on which replicas tell each other of a changed override. */
export const OVERRIDES_CHANNEL = 'touchline_overrides';

/**
 * Sets or removes the override, audits it with what it replaces, and tells every replica: one statement, so one
 * transaction.
 */
export async function writeOverride(sql: Sql, change: OverrideChange): Promise<void> {
  const { taskId = null, sport = null, league = null, matchId = null } = change.scope;
  const { scope, kind, interval, actor } = change;
  const action = interval === null ? 'polling.override.remove' : 'polling.override.set';
  const detail = JSON.stringify({ scope, kind, interval });
  await sql`
    with given as (
      select ${taskId}::text as task_id, ${sport}::text as sport, ${league}::text as league,
        ${matchId}::text as match_id, ${kind}::text as kind, ${interval}::bigint as interval_ms,
        ${actor}::text as actor, ${iso(change.at)}::timestamptz as at
    ), previous as (
      select max(old.interval_ms) as interval_ms from polling_overrides old join given on
        (old.task_id, old.sport, old.league, old.match_id, old.kind)
        is not distinct from (given.task_id, given.sport, given.league, given.match_id, given.kind)
    ), stored as (
      insert into polling_overrides (task_id, sport, league, match_id, kind, interval_ms, actor, at)
      select * from given where interval_ms is not null
      on conflict (task_id, sport, league, match_id, kind) do update
        set interval_ms = excluded.interval_ms, actor = excluded.actor, at = excluded.at
    ), removed as (
      delete from polling_overrides old using given
      where given.interval_ms is null
        and (old.task_id, old.sport, old.league, old.match_id, old.kind)
        is not distinct from (given.task_id, given.sport, given.league, given.match_id, given.kind)
    ), audited as (
      insert into audit_log (at, actor, action, subject, detail)
      select given.at, given.actor, ${action}, ${subjectOf(change)},
        ${detail}::text::jsonb || jsonb_build_object('previous', previous.interval_ms)
      from given, previous
    )
    select pg_notify(${OVERRIDES_CHANNEL}, '')`;
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

/** Differs whenever the overrides do: what a replica compares that may have missed a notification. */
export async function readRevision(sql: Sql): Promise<string> {
  const [row] = await sql<{ revision: string }[]>`
    select coalesce(md5(string_agg(o::text, ';' order by o::text)), '') as revision from polling_overrides o`;
  return row?.revision ?? '';
}
