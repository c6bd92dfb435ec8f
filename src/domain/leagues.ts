import type { LeagueId } from './ids.ts';
import type { SportId } from './sports/index.ts';

export interface League {
  readonly id: LeagueId;
  readonly sport: SportId;
  readonly name: string;
  /** ISO 3166 alpha-2 in lower case; absent for leagues of several countries. */
  readonly country?: string;
}

/** The leagues we name ourselves. Providers map their ids to these; a league that is not here gets a slug. */
export const LEAGUES: readonly League[] = [
  { id: 'epl', sport: 'soccer', name: 'Premier League', country: 'gb' },
  { id: 'efl-championship', sport: 'soccer', name: 'Championship', country: 'gb' },
  { id: 'laliga', sport: 'soccer', name: 'La Liga', country: 'es' },
  { id: 'bundesliga', sport: 'soccer', name: 'Bundesliga', country: 'de' },
  { id: 'serie-a', sport: 'soccer', name: 'Serie A', country: 'it' },
  { id: 'ligue-1', sport: 'soccer', name: 'Ligue 1', country: 'fr' },
  { id: 'mls', sport: 'soccer', name: 'Major League Soccer', country: 'us' },
  { id: 'ucl', sport: 'soccer', name: 'UEFA Champions League' },
  { id: 'uel', sport: 'soccer', name: 'UEFA Europa League' },
  { id: 'world-cup', sport: 'soccer', name: 'FIFA World Cup' },
  { id: 'nfl', sport: 'american_football', name: 'NFL', country: 'us' },
  { id: 'ncaaf', sport: 'american_football', name: 'NCAA Football', country: 'us' },
  { id: 'nba', sport: 'basketball', name: 'NBA', country: 'us' },
  { id: 'wnba', sport: 'basketball', name: 'WNBA', country: 'us' },
  { id: 'ncaab', sport: 'basketball', name: 'NCAA Basketball', country: 'us' },
  { id: 'euroleague', sport: 'basketball', name: 'EuroLeague' },
  { id: 'mlb', sport: 'baseball', name: 'MLB', country: 'us' },
  { id: 'nhl', sport: 'ice_hockey', name: 'NHL', country: 'us' },
  { id: 'atp', sport: 'tennis', name: 'ATP' },
  { id: 'wta', sport: 'tennis', name: 'WTA' },
  { id: 'ufc', sport: 'mma', name: 'UFC' },
];

const BY_ID: ReadonlyMap<LeagueId, League> = new Map(LEAGUES.map((league) => [league.id, league]));

export const league = (id: LeagueId): League | undefined => BY_ID.get(id);

/** The id of a league we do not name ourselves: its country and name as a slug, at most 64 characters. */
export function slugLeagueId(name: string, country?: string): LeagueId {
  const slug = `${country ?? ''} ${name}`
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return slug === '' ? 'unknown' : slug;
}
