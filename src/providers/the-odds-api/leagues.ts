import type { LeagueId } from '../../domain/ids.ts';
import { slugLeagueId } from '../../domain/leagues.ts';
import type { SportId } from '../../domain/sports/index.ts';
import { commaListPattern, readCommaList } from '../comma-list.ts';

/** Our leagues by their `sport_key`. */
const LEAGUE_OF_KEY: ReadonlyMap<string, LeagueId> = new Map([
  ['soccer_epl', 'epl'],
  ['soccer_efl_champ', 'efl-championship'],
  ['soccer_spain_la_liga', 'laliga'],
  ['soccer_germany_bundesliga', 'bundesliga'],
  ['soccer_italy_serie_a', 'serie-a'],
  ['soccer_france_ligue_one', 'ligue-1'],
  ['soccer_usa_mls', 'mls'],
  ['soccer_uefa_champs_league', 'ucl'],
  ['soccer_uefa_europa_league', 'uel'],
  ['soccer_fifa_world_cup', 'world-cup'],
  ['americanfootball_nfl', 'nfl'],
  ['americanfootball_ncaaf', 'ncaaf'],
  ['basketball_nba', 'nba'],
  ['basketball_wnba', 'wnba'],
  ['basketball_ncaab', 'ncaab'],
  ['basketball_euroleague', 'euroleague'],
  ['baseball_mlb', 'mlb'],
  ['icehockey_nhl', 'nhl'],
]);

const KEY_OF_LEAGUE: ReadonlyMap<LeagueId, string> = new Map(
  [...LEAGUE_OF_KEY].map(([key, league]) => [league, key]),
);

/** The word before the first `_` of a `sport_key`. */
const SPORT_OF_PREFIX: ReadonlyMap<string, SportId> = new Map([
  ['soccer', 'soccer'],
  ['americanfootball', 'american_football'],
  ['basketball', 'basketball'],
  ['baseball', 'baseball'],
  ['icehockey', 'ice_hockey'],
  ['tennis', 'tennis'],
  ['cricket', 'cricket'],
  ['rugbyleague', 'rugby'],
  ['rugbyunion', 'rugby'],
  ['handball', 'handball'],
  ['mma', 'mma'],
  ['aussierules', 'other'],
  ['boxing', 'other'],
  ['golf', 'other'],
  ['lacrosse', 'other'],
  ['politics', 'other'],
]);

export interface SportKey {
  readonly key: string;
  readonly sport: SportId;
  readonly league: LeagueId;
  /** Names what is polled. Not the league, of which tennis has several keys at once. */
  readonly target: string;
}

/** What a `sport_key` stands for; `undefined` when its first word is no sport we know. */
export function readSportKey(key: string): SportKey | undefined {
  const [prefix = '', tour] = key.split('_');
  const sport = SPORT_OF_PREFIX.get(prefix);
  if (sport === undefined) return undefined;
  const target = LEAGUE_OF_KEY.get(key) ?? slugLeagueId(key);
  const league = (sport === 'tennis' ? tourOf(tour) : undefined) ?? target;
  return { key, sport, league, target };
}

// Tennis has one key per tournament: `tennis_atp_french_open`.
const tourOf = (word: string | undefined): LeagueId | undefined =>
  word === 'atp' || word === 'wta' ? word : undefined;

const SPORT = `${[...KEY_OF_LEAGUE.keys()].join('|')}|(?:${[...SPORT_OF_PREFIX.keys()].join('|')})_[a-z0-9_]+`;

/** What the `sports` setting may be: a list of our league ids and of their sport keys. */
export const SPORTS_PATTERN = commaListPattern(SPORT);

/** Reads the `sports` setting; each league once. */
export function readSports(setting: string): readonly SportKey[] {
  const keys = new Set(readCommaList(setting).map((item) => KEY_OF_LEAGUE.get(item) ?? item));
  return [...keys].map(readSportKey).filter((sport) => sport !== undefined);
}
