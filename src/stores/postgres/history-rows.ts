import type { MatchId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import { epochMs, iso } from '../../domain/time.ts';
import type { Stream } from '../../domain/view.ts';
import type { HistoryEntry, HistoryQuery } from '../../ports/history.ts';
import type { Sql } from './connect.ts';

/** A kept entry or match in the form it is sent in: one element of the JSON list that an insert takes apart. */
export interface Row {
  readonly table: 'live_scores' | 'markets' | 'matches';
  readonly matchId: MatchId;
  readonly json: string;
}

export function entryRow(entry: HistoryEntry): Row {
  const { matchId, position, kind, at, view, data, event } = entry;
  const key = {
    match_id: matchId,
    epoch: position.epoch,
    seq: position.seq,
    kind,
    at: iso(at),
    event: event && `${event.shardId}:${event.sequenceNumber}`,
  };
  if (!('status' in view)) return { table: 'markets', matchId, json: storable({ ...key, view }) };
  const columns = {
    status: view.status,
    home_score: view.score?.home ?? null,
    away_score: view.score?.away ?? null,
    confidence: view.confidence,
  };
  return { table: 'live_scores', matchId, json: storable({ ...key, ...columns, view, data }) };
}

export function matchRow(match: Match): Row {
  const json = storable({
    id: match.id,
    sport: match.sport,
    league: match.league,
    league_name: match.leagueName,
    home: match.home,
    away: match.away,
    starts_at: iso(match.startsAt),
    start_precision: match.startPrecision,
    created_at: iso(match.createdAt),
    links: match.links.map((link) => ({ provider: link.provider, external_id: link.externalId })),
  });
  return { table: 'matches', matchId: match.id, json };
}

// Postgres stores neither NUL nor half a surrogate pair; JSON spells both as escapes.
const UNSTORABLE = /\\u(0000|d[89a-f][0-9a-f]{2})/;

function storable(value: object): string {
  const json = JSON.stringify(value);
  if (!UNSTORABLE.test(json)) return json;
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? member.toWellFormed().replaceAll('\0', '\u{fffd}') : member,
  );
}

/**
 * Stores rows of all three tables. What is there already stays as it is, so that the same rows can be sent again after
 * an answer was lost. Returns the links that were left out because another match has them.
 */
export async function insertRows(sql: Sql, rows: readonly Row[]): Promise<number> {
  const matches = listOf(rows, 'matches');
  const scores = listOf(rows, 'live_scores');
  const markets = listOf(rows, 'markets');
  const refused = matches === undefined ? 0 : await insertMatches(sql, matches);
  if (scores !== undefined)
    await sql`
      insert into live_scores
        (match_id, epoch, seq, kind, at, status, home_score, away_score, confidence, view, data, event)
      select match_id, epoch, seq, kind, at, status, home_score, away_score, confidence, view, data, event
      from jsonb_to_recordset(${scores}::text::jsonb) as row
        (match_id text, epoch text, seq bigint, kind text, at timestamptz, status text,
         home_score numeric, away_score numeric, confidence numeric, view jsonb, data jsonb, event text)
      on conflict do nothing`;
  if (markets !== undefined)
    await sql`
      insert into markets (match_id, epoch, seq, kind, at, view, event)
      select match_id, epoch, seq, kind, at, view, event
      from jsonb_to_recordset(${markets}::text::jsonb) as row
        (match_id text, epoch text, seq bigint, kind text, at timestamptz, view jsonb, event text)
      on conflict do nothing`;
  return refused;
}

function listOf(rows: readonly Row[], table: Row['table']): string | undefined {
  const members = rows.filter((row) => row.table === table);
  return members.length === 0 ? undefined : `[${members.map((row) => row.json).join(',')}]`;
}

/** The newest description of a match wins; the first match that had a link keeps it. */
async function insertMatches(sql: Sql, list: string): Promise<number> {
  const [row] = await sql<{ refused: number }[]>`
    with given as (
      select * from jsonb_to_recordset(${list}::text::jsonb) as row
        (id text, sport text, league text, league_name text, home jsonb, away jsonb, starts_at timestamptz,
         start_precision text, created_at timestamptz, links jsonb)
    ), stored as (
      insert into matches
        (id, sport, league, league_name, home, away, starts_at, start_precision, created_at)
      select id, sport, league, league_name, home, away, starts_at, start_precision, created_at from given
      on conflict (id) do update set sport = excluded.sport, league = excluded.league,
        league_name = excluded.league_name, home = excluded.home, away = excluded.away,
        starts_at = excluded.starts_at, start_precision = excluded.start_precision
    ), links as (
      select link.provider, link.external_id, given.id as match_id
      from given, jsonb_to_recordset(given.links) as link (provider text, external_id text)
    ), linked as (
      insert into match_links (provider, external_id, match_id)
      select provider, external_id, match_id from links
      on conflict (provider, external_id) do nothing
    )
    select count(*)::int as refused from links join match_links kept using (provider, external_id)
    where kept.match_id <> links.match_id`;
  return row?.refused ?? 0;
}

interface EntryRecord {
  readonly match_id: MatchId;
  readonly epoch: string;
  readonly seq: string;
  readonly kind: HistoryEntry['kind'];
  readonly at: Date;
  readonly view: HistoryEntry['view'];
  readonly data?: unknown;
  readonly event: string | null;
}

export async function readEntries(sql: Sql, query: HistoryQuery): Promise<HistoryEntry[]> {
  const { matchId, stream, kind = null, after } = query;
  const limit = Math.max(1, Math.min(Math.trunc(query.limit) || 1, MOST_ENTRIES));
  const rows = await sql<EntryRecord[]>`
    select match_id, epoch, seq, kind, at, view, event${stream === 'scores' ? sql`, data` : sql``}
    from ${sql(tableOf(stream))}
    where match_id = ${matchId}
      ${kind === null ? sql`` : sql`and kind = ${kind}`}
      ${after === undefined ? sql`` : sql`and (epoch, seq) > (${after.epoch}, ${after.seq}::bigint)`}
    order by epoch, seq
    limit ${limit}`;
  return rows.map((row) => entryOf(row, stream));
}

export async function readLastScore(sql: Sql, id: MatchId): Promise<HistoryEntry | undefined> {
  const [row] = await sql<EntryRecord[]>`
    select match_id, epoch, seq, kind, at, view, event, data from live_scores
    where match_id = ${id} order by epoch desc, seq desc limit 1`;
  return row && entryOf(row, 'scores');
}

const MOST_ENTRIES = 10_000;
const tableOf = (stream: Stream): string => (stream === 'scores' ? 'live_scores' : 'markets');

const entryOf = (row: EntryRecord, stream: Stream): HistoryEntry => ({
  matchId: row.match_id,
  stream,
  position: { epoch: row.epoch, seq: Number(row.seq) },
  kind: row.kind,
  at: epochMs(row.at.getTime()),
  view: row.view,
  ...(row.data === undefined || row.data === null ? {} : { data: row.data }),
  ...(row.event === null ? {} : { event: eventOf(row.event) }),
});

function eventOf(text: string): HistoryEntry['event'] & object {
  const [shardId, sequenceNumber] = text.split(':').map(Number);
  return { shardId: shardId ?? 0, sequenceNumber: sequenceNumber ?? 0 };
}
