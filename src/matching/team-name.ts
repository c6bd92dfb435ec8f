import type { LeagueId } from '../domain/ids.ts';
import type { SportId } from '../domain/sports/index.ts';
import type { AliasTable } from './alias-table.ts';
import { fold, foldTeam, words } from './fold.ts';
import { isIndividual, splitQualifiers } from './qualifiers.ts';
import { CLUB_WORDS, COMMON_WORDS, PLACEHOLDERS, WORD_ALIASES } from './vocabulary.ts';

/** A competitor's name, read once. */
export interface TeamName {
  /** The words that tell teams apart, in order; never empty. */
  readonly tokens: readonly string[];
  /** Tokens sorted and joined: equal for names that are the same but for order, accents, club words and aliases. */
  readonly key: string;
  /** The tokens to search by: those that few names share, as far as there are any. */
  readonly searched: readonly string[];
  readonly qualifiers: readonly string[];
  readonly isPerson: boolean;
  /** The letters of a name that is nothing but a code (`GSW`), in lower case. */
  readonly code: string | undefined;
}

const NUMBER = /^\d+$/;
const SHORTENED = /(?<!\p{L})\p{L}\.\s*$/u;
const CODE = /^[A-Z]{2,4}$/;
// `Winner QF1`, `Loser Match 12`, `1st Group A`, `W49`: a place in a draw, not a team.
const PLACE = /^(winner|loser|rank|1st|2nd|runner)( |$).*(\d|group|match|semi|quarter|up)|^[wl] ?\d+$/;

/**
 * Reads a name; `undefined` when it names nobody (empty, `TBD`, `Winner QF1`). `isWhole`: as it stands, club words and
 * all, where nothing else tells two sides apart (`CD Ashford` against `UD Ashford`).
 */
export function readTeamName(
  name: string,
  sport: SportId,
  league: LeagueId | undefined,
  aliases: AliasTable,
  isWhole = false,
): TeamName | undefined {
  const isPerson = isIndividual(sport);
  const folded = isPerson ? fold(name) : foldTeam(name);
  if (folded === '' || PLACEHOLDERS.has(folded) || PLACE.test(folded) || folded === 'to be determined')
    return undefined;

  const { rest, qualifiers } = splitQualifiers(words(folded), sport, SHORTENED.test(name));
  const proper = isPerson || isWhole ? [...new Set(rest)] : properTokens(rest, sport, league, aliases);
  if (proper.length === 0) return undefined;
  const rare = proper.filter((token) => !COMMON_WORDS.has(token) && token.length > 1);
  return {
    tokens: proper,
    key: [...proper].sort().join(' '),
    searched: rare.length > 0 ? rare : proper,
    qualifiers,
    isPerson,
    code: !isPerson && CODE.test(name) ? folded : undefined,
  };
}

function properTokens(
  rest: readonly string[],
  sport: SportId,
  league: LeagueId | undefined,
  aliases: AliasTable,
): string[] {
  const phrase = rest.join(' ');
  const direct = aliases.canonical(sport, league, phrase);
  if (direct !== phrase) return strongTokens(words(direct));
  const tokens = strongTokens(rest);
  const core = tokens.join(' ');
  const again = aliases.canonical(sport, league, core);
  return again === core ? tokens : strongTokens(words(again));
}

/** Leaves out club words and founding years, unless the name has nothing else. */
export function strongTokens(all: readonly string[]): string[] {
  const respelt = all.map((word) => WORD_ALIASES.get(word) ?? word);
  const strong = respelt.filter((word) => !CLUB_WORDS.has(word) && !NUMBER.test(word));
  return strong.length > 0 ? [...new Set(strong)] : [...new Set(respelt)];
}
