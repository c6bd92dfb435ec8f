import type { LeagueId } from '../../domain/ids.ts';
import { slugLeagueId } from '../../domain/leagues.ts';
import type { MatchReference } from '../../domain/match.ts';
import { commaListPattern, readCommaList } from '../comma-list.ts';
import { wireName } from '../wire-text.ts';
import { withoutEntities } from './entities.ts';
import type { League } from './wire.ts';

const LEAGUE_OF_ID: ReadonlyMap<number, LeagueId> = new Map([
  [1, 'world-cup'],
  [2, 'ucl'],
  [3, 'uel'],
  [39, 'epl'],
  [40, 'efl-championship'],
  [61, 'ligue-1'],
  [78, 'bundesliga'],
  [135, 'serie-a'],
  [140, 'laliga'],
  [253, 'mls'],
]);

const ID_OF_LEAGUE: ReadonlyMap<string, number> = new Map(
  [...LEAGUE_OF_ID].map(([id, league]) => [league, id]),
);

/** Our id of one of theirs, where we name the league ourselves. */
export const leagueOfId = (id: number): LeagueId | undefined => LEAGUE_OF_ID.get(id);

/** What a body says of the league. Live odds give its id only: then there is none unless we name it ourselves. */
export function readLeague({ id, name, country }: League): Pick<MatchReference, 'league' | 'leagueName'> {
  const [named, place] = [readName(name), readName(country)];
  const league = LEAGUE_OF_ID.get(id) ?? (named === undefined ? undefined : slugLeagueId(named, place));
  return { ...(league !== undefined && { league }), ...(named !== undefined && { leagueName: named }) };
}

export const readName = (text: string | null | undefined): string | undefined =>
  typeof text === 'string' ? wireName(withoutEntities(text)) : undefined;

const OUR_IDS = [...ID_OF_LEAGUE.keys()];

/** What the `leagues` setting may be: a list of our ids and of their numbers. */
export const LEAGUES_PATTERN = commaListPattern(`${OUR_IDS.join('|')}|[0-9]{1,9}`);

/** Their ids of the leagues in the setting; none for an empty one. */
export const readLeagues = (setting: string): readonly number[] => [
  ...new Set(readCommaList(setting).map((item) => ID_OF_LEAGUE.get(item) ?? Number(item))),
];
