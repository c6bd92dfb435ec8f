import { type Static, Type } from 'typebox';
import { instantOf } from '../../../domain/instant.ts';
import { league as knownLeague, slugLeagueId } from '../../../domain/leagues.ts';
import type { Competitor, MatchReference } from '../../../domain/match.ts';
import { isSportId, SPORT_IDS, type SportId } from '../../../domain/sports/index.ts';
import { type EpochMs, iso } from '../../../domain/time.ts';
import type { Complain } from '../define-event-type.ts';
import type { Naming, Told } from '../event-type.ts';
import { instantField } from './instant-field.ts';
import { wordOf } from './status-words.ts';
import { idField, textField } from './text-field.ts';

const competitorField = (description: string) =>
  Type.Union(
    [
      textField(100, 'Name.'),
      Type.Object({
        name: textField(100, 'Name.'),
        abbreviation: Type.Optional(textField(20, '`ARS`')),
        id: Type.Optional(idField('Your id of it.')),
      }),
    ],
    { description },
  );

/** The fields by which an event names its match. One of `matchId` and the two teams is needed. */
export const matchFields = {
  matchId: Type.Optional(
    idField('Our match id, `provider:theirId`, or an id of your own that stands for one match.'),
  ),
  sport: Type.Optional(Type.String({ maxLength: 40, description: `One of ${SPORT_IDS.join(', ')}.` })),
  league: Type.Optional(textField(100, 'League: our id (`epl`) or its name.')),
  homeTeam: Type.Optional(competitorField('Home side: its name, or an object with `name`.')),
  awayTeam: Type.Optional(competitorField('Away side.')),
  startsAt: Type.Optional(
    instantField('Scheduled start; with the teams it finds the match of other sources.'),
  ),
};

const matchSchema = Type.Object(matchFields);
type MatchFields = Static<typeof matchSchema>;

/** A match as an event names it, in the normal form. */
export interface NamedMatch {
  readonly matchId?: string;
  readonly sport?: SportId;
  readonly league?: string;
  readonly leagueName?: string;
  readonly home?: Competitor;
  readonly away?: Competitor;
  readonly startsAt?: EpochMs;
}

export function namedMatch(data: MatchFields, complain: Complain): NamedMatch {
  const { homeTeam, awayTeam } = data;
  if (data.matchId === undefined && (homeTeam === undefined || awayTeam === undefined))
    complain(
      '/matchId',
      'is missing, and so are homeTeam and awayTeam: one of the two has to name the match',
    );
  const league = data.league === undefined ? {} : leagueOf(data.league);
  const sport = sportOf(data.sport, league.league, complain);
  const startsAt = data.startsAt === undefined ? undefined : instantOf(data.startsAt);
  return {
    ...(data.matchId !== undefined && { matchId: String(data.matchId).trim() }),
    ...(sport !== undefined && { sport }),
    ...league,
    ...(homeTeam !== undefined && { home: competitorOf(homeTeam) }),
    ...(awayTeam !== undefined && { away: competitorOf(awayTeam) }),
    ...(startsAt !== undefined && { startsAt }),
  };
}

function competitorOf(given: NonNullable<MatchFields['homeTeam']>): Competitor {
  if (typeof given === 'string') return { name: given.trim() };
  const { name, abbreviation, id } = given;
  return {
    name: name.trim(),
    ...(abbreviation !== undefined && { abbreviation }),
    ...(id !== undefined && { externalId: String(id) }),
  };
}

function leagueOf(given: string): Pick<NamedMatch, 'league' | 'leagueName'> {
  const id = given.trim().toLowerCase();
  return knownLeague(id) === undefined
    ? { league: slugLeagueId(given), leagueName: given.trim() }
    : { league: id };
}

function sportOf(
  given: string | undefined,
  league: string | undefined,
  complain: Complain,
): SportId | undefined {
  const ofLeague = league === undefined ? undefined : knownLeague(league)?.sport;
  if (given === undefined) return ofLeague;
  const word = wordOf(given);
  if (isSportId(word)) return word;
  // Both footballs are called so; most who say it mean soccer.
  if (word === 'football') return ofLeague ?? 'soccer';
  complain('/sport', `must be one of ${SPORT_IDS.join(', ')}`);
  return undefined;
}

/** The match an event is about: its id, or else its teams and start. */
export function namingOfMatch(match: NamedMatch): Naming {
  return match.matchId === undefined ? { topic: topicOf(match) } : { matchId: match.matchId };
}

// The start belongs to it: the same two meet again, tomorrow or in an hour.
function topicOf({ home, away, startsAt }: NamedMatch): string {
  const teams = `${home?.name.toLowerCase()} v ${away?.name.toLowerCase()}`;
  return startsAt === undefined ? teams : `${teams} ${iso(startsAt)}`;
}

/** The reference of a statement about that match. */
export function referenceOf(match: NamedMatch, { matchId }: Told): MatchReference {
  const { sport = 'other', league, leagueName, home, away, startsAt } = match;
  return {
    externalId: match.matchId ?? topicOf(match),
    sport,
    ...(matchId !== undefined && { matchId }),
    ...(league !== undefined && { league }),
    ...(leagueName !== undefined && { leagueName }),
    ...(home !== undefined && away !== undefined && { competitors: { home, away } }),
    ...(startsAt !== undefined && { startsAt }),
  };
}
