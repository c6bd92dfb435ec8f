import type { LeagueId } from '../../domain/ids.ts';
import type { MatchReference } from '../../domain/match.ts';
import type { SportId } from '../../domain/sports/index.ts';
import { commaListPattern, readCommaList } from '../comma-list.ts';
import { wireName } from '../wire-text.ts';
import type { ListedMarket } from './wire.ts';

/** Their event types that are contests of two sides. */
const SPORT_OF: ReadonlyMap<string, SportId> = new Map([
  ['1', 'soccer'],
  ['2', 'tennis'],
  ['4', 'cricket'],
  ['5', 'rugby'],
  ['1477', 'rugby'],
  ['6423', 'american_football'],
  ['7511', 'baseball'],
  ['7522', 'basketball'],
  ['7524', 'ice_hockey'],
  ['468328', 'handball'],
  ['998917', 'volleyball'],
  ['26420387', 'mma'],
]);

export const SPORTS: readonly SportId[] = [...new Set(SPORT_OF.values())];

/** What the setting `sports` may hold. */
export const SPORTS_PATTERN = commaListPattern(SPORTS.join('|'));

export const readSports = (text: string): readonly SportId[] =>
  readCommaList(text).filter((word): word is SportId => SPORTS.some((sport) => sport === word));

export const sportOf = (eventTypeId: string): SportId | undefined => SPORT_OF.get(eventTypeId);

/** Their numbers for a sport: rugby has one for each code. */
export const eventTypesOf = (sport: SportId): string[] =>
  [...SPORT_OF].filter(([, known]) => known === sport).map(([id]) => id);

/** Competitions whose number stays from season to season; the others go by their name. */
const LEAGUE_OF: ReadonlyMap<string, LeagueId> = new Map([
  ['10932509', 'epl'],
  ['7129730', 'efl-championship'],
  ['117', 'laliga'],
  ['59', 'bundesliga'],
  ['81', 'serie-a'],
  ['55', 'ligue-1'],
  ['141', 'mls'],
  ['228', 'ucl'],
  ['2005', 'uel'],
]);

export function leagueOf(
  competition: ListedMarket['competition'],
): Pick<MatchReference, 'league' | 'leagueName'> {
  if (!competition) return {};
  const league = LEAGUE_OF.get(competition.id);
  const leagueName = wireName(competition.name);
  return { ...(league !== undefined && { league }), ...(leagueName !== undefined && { leagueName }) };
}
