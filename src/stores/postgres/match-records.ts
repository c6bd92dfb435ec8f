import type { MatchId, MatchLink } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import { type EpochMs, epochMs, iso } from '../../domain/time.ts';
import type { Sql } from './connect.ts';

interface MatchRecord extends Pick<Match, 'id' | 'sport' | 'league' | 'home' | 'away'> {
  readonly league_name: string;
  readonly starts_at: Date;
  readonly start_precision: Match['startPrecision'];
  readonly created_at: Date;
  readonly links: readonly MatchLink[];
}

/** Matches that start at or after `since`, earliest first. */
export async function readMatches(sql: Sql, since: EpochMs): Promise<Match[]> {
  const rows = await sql<MatchRecord[]>`
    ${select(sql)} where starts_at >= ${iso(since)} order by starts_at, id`;
  return rows.map(matchOf);
}

export async function readMatch(sql: Sql, id: MatchId): Promise<Match | undefined> {
  const [row] = await sql<MatchRecord[]>`${select(sql)} where id = ${id}`;
  return row && matchOf(row);
}

/** Links come in the order in which they were made. */
const select = (sql: Sql) => sql`
  select id, sport, league, league_name, home, away, starts_at, start_precision, created_at, coalesce((
    select json_agg(json_build_object('provider', provider, 'externalId', external_id) order by link.id)
    from match_links link where link.match_id = matches.id
  ), '[]') as links
  from matches`;

const matchOf = (row: MatchRecord): Match => ({
  id: row.id,
  sport: row.sport,
  league: row.league,
  leagueName: row.league_name,
  home: row.home,
  away: row.away,
  startsAt: epochMs(row.starts_at.getTime()),
  startPrecision: row.start_precision,
  links: row.links,
  createdAt: epochMs(row.created_at.getTime()),
});
