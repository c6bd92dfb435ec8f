import type { LeagueId } from '../../domain/ids.ts';
import type { SportId } from '../../domain/sports/index.ts';

export interface EspnLeague {
  readonly sport: SportId;
  readonly league: LeagueId;
  /** `basketball/nba`: the two path segments that name it. */
  readonly path: string;
  /** `s:40~l:46`: how every event of it begins its `uid`; absent where we have not seen one. */
  readonly uid?: string;
  /** College scoreboards show only the ranked teams unless a group is asked for. */
  readonly query?: Readonly<Record<string, string>>;
}

export const ESPN_LEAGUES: readonly EspnLeague[] = [
  { sport: 'american_football', league: 'nfl', path: 'football/nfl', uid: 's:20~l:28' },
  {
    sport: 'american_football',
    league: 'ncaaf',
    path: 'football/college-football',
    uid: 's:20~l:23',
    query: { groups: '80', limit: '300' },
  },
  { sport: 'basketball', league: 'nba', path: 'basketball/nba', uid: 's:40~l:46' },
  { sport: 'basketball', league: 'wnba', path: 'basketball/wnba', uid: 's:40~l:59' },
  {
    sport: 'basketball',
    league: 'ncaab',
    path: 'basketball/mens-college-basketball',
    uid: 's:40~l:41',
    query: { groups: '50', limit: '400' },
  },
  { sport: 'baseball', league: 'mlb', path: 'baseball/mlb', uid: 's:1~l:10' },
  { sport: 'ice_hockey', league: 'nhl', path: 'hockey/nhl', uid: 's:70~l:90' },
  { sport: 'soccer', league: 'epl', path: 'soccer/eng.1', uid: 's:600~l:700' },
  { sport: 'soccer', league: 'efl-championship', path: 'soccer/eng.2' },
  { sport: 'soccer', league: 'laliga', path: 'soccer/esp.1', uid: 's:600~l:740' },
  { sport: 'soccer', league: 'bundesliga', path: 'soccer/ger.1', uid: 's:600~l:720' },
  { sport: 'soccer', league: 'serie-a', path: 'soccer/ita.1', uid: 's:600~l:730' },
  { sport: 'soccer', league: 'ligue-1', path: 'soccer/fra.1', uid: 's:600~l:710' },
  { sport: 'soccer', league: 'mls', path: 'soccer/usa.1', uid: 's:600~l:770' },
  { sport: 'soccer', league: 'ucl', path: 'soccer/uefa.champions', uid: 's:600~l:775' },
  { sport: 'soccer', league: 'uel', path: 'soccer/uefa.europa', uid: 's:600~l:776' },
  { sport: 'soccer', league: 'world-cup', path: 'soccer/fifa.world', uid: 's:600~l:606' },
];

const SPORT_OF_SEGMENT: ReadonlyMap<string, SportId> = new Map([
  ['football', 'american_football'],
  ['basketball', 'basketball'],
  ['baseball', 'baseball'],
  ['hockey', 'ice_hockey'],
  ['soccer', 'soccer'],
]);

const SPORT_OF_UID: ReadonlyMap<string, SportId> = new Map([
  ['s:1', 'baseball'],
  ['s:20', 'american_football'],
  ['s:40', 'basketball'],
  ['s:70', 'ice_hockey'],
  ['s:600', 'soccer'],
]);

/** Which competition something belongs to; no league when we have no id for it. */
export interface Place {
  readonly sport: SportId;
  readonly league?: LeagueId;
  readonly leagueName?: string;
}

/** What a request's path asks for; `undefined` for a path that is no scoreboard of a sport we map. */
export function placeOfPath(path: string): Place | undefined {
  const [, sport = '', league = ''] = /\/sports\/([^/?]+)\/([^/?]+)\/scoreboard/.exec(path) ?? [];
  const known = ESPN_LEAGUES.find((entry) => entry.path === `${sport}/${league}`);
  return known ? placeOf(known) : sportPlace(SPORT_OF_SEGMENT.get(sport));
}

/** What an event's or a league's `uid` says; `undefined` when it names no sport we map. */
export function placeOfUid(uid: string): Place | undefined {
  const prefix = uidPrefix(uid);
  const known = prefix === undefined ? undefined : ESPN_LEAGUES.find((entry) => entry.uid === prefix);
  return known ? placeOf(known) : sportPlace(SPORT_OF_UID.get(uid.split('~')[0] ?? ''));
}

/** `s:40~l:46` of `s:40~l:46~e:401468411`. */
export const uidPrefix = (uid: string): string | undefined => /^s:\d+~l:\d+/.exec(uid)?.[0];

const placeOf = ({ sport, league }: EspnLeague): Place => ({ sport, league });
const sportPlace = (sport: SportId | undefined): Place | undefined => sport && { sport };
