import { Type } from 'typebox';
import { SPORT_IDS, sportsNamed } from '../domain/sports/index.ts';
import { MATCH_STATUSES, type MatchStatus } from '../domain/status.ts';

/** Parameters that several routes share. */

export const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });

export const SPORT_WORDS: readonly string[] = ['football', ...SPORT_IDS];

export const sportParameter = oneOf(SPORT_WORDS, 'A sport; `football` means soccer and American football.');

export const leagueParameter = Type.String({
  pattern: '^[a-z0-9-]{1,64}$',
  description: 'League id, for example `epl`, `nfl`, `nba`.',
  examples: ['epl'],
});

export const statusParameter = oneOf<MatchStatus>(MATCH_STATUSES, 'Only matches in this state.');

export const cursorParameter = Type.String({
  maxLength: 400,
  description: '`nextCursor` of the page before.',
});

export const limitParameter = (standard: number, most: number) =>
  Type.Integer({
    minimum: 1,
    maximum: most,
    default: standard,
    description: `Items on a page; ${standard} when absent, at most ${most}.`,
  });

export const matchIdParameter = Type.String({
  description: 'Our match id, or `provider:theirId` with the id a provider uses.',
  examples: ['m-4kq0zt', 'espn:401585601'],
});

/** A test of a view's sport: every sport when no word is given. */
export function sportTest(word: string | undefined): (sport: string) => boolean {
  const sports: readonly string[] | undefined = word === undefined ? undefined : sportsNamed(word);
  return sports === undefined ? () => true : (sport) => sports.includes(sport);
}
