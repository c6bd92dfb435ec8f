import type { SportId } from '../domain/sports/index.ts';
import { fold, words } from './fold.ts';

/**
 * What sets a side apart from the senior side of the same name: women, an age, the reserves, a video game. Written as
 * its sorted words joined by `+`, empty for none. Two names with different qualifiers are never the same team.
 */
export type Qualifiers = string;

const WORD: ReadonlyMap<string, string> = new Map([
  ...say(
    'women',
    'women womens woman ladies lady girls female frauen damen dames vrouwen fem femenino femenina',
  ),
  ...say(
    'women',
    'femeni feminino feminina feminine feminines feminin femminile femminili kvinner kvinder dam damer',
  ),
  ...say('women', 'naiset kobiety zeny zene wfc wnba wta nwsl wsl wpl'),
  ...say('reserves', 'reserves reserve res ii jong castilla mestalla promesas amateure'),
  ...say('third', 'iii'),
  ...say('youth', 'youth academy primavera juvenil juvenis'),
  ...say(
    'esports',
    'esports esport esoccer efootball ebasketball ehockey ecricket etennis 2k srl cyber virtual',
  ),
  ...say('esports', 'simulated simulation'),
  ...say('legends', 'legends veterans veteranos'),
]);

// In a name only at its end: elsewhere `B` or `2` belong to the name (B 1909, 2 de Mayo).
const LAST_WORD: ReadonlyMap<string, string> = new Map([
  ...say('women', 'w f'),
  ...say('reserves', 'b 2'),
  ...say('third', '3 c'),
]);

/** Before `league`. */
const PHRASES: readonly (readonly [first: string, qualifier: string])[] = [
  ['g', 'development'],
  ['d', 'development'],
  ['gatorade', 'development'],
  ['summer', 'summer'],
];

const INDIVIDUAL: ReadonlySet<SportId> = new Set(['tennis', 'mma', 'motorsport', 'horse_racing']);

/** True where persons compete: their names have initials, and no qualifiers (`Jones B.` is no second team). */
export const isIndividual = (sport: SportId): boolean => INDIVIDUAL.has(sport);

const FIRST_OF_AGE: ReadonlySet<string> = new Set(['u', 's']);
const AGE = /^(?:u|under|sub)(1[2-9]|2[0-3])s?$/;
const AGE_ALONE = /^(1[2-9]|2[0-3])s?$/;
const GAME_YEAR = /^2k\d\d$/;

export interface QualifiedName {
  readonly rest: readonly string[];
  readonly qualifiers: readonly string[];
}

/**
 * Parts the words of a folded team name into the name proper and its qualifiers. `isShortened`: a last letter stands for
 * a word (`Nottingham F.`) and is no qualifier.
 */
export function splitQualifiers(name: readonly string[], sport: SportId, isShortened = false): QualifiedName {
  if (isIndividual(sport)) return { rest: name, qualifiers: [] };
  const found: string[] = [];
  const rest = takeWords(name, found);
  // `Castilla` alone is a name as well.
  if (rest.length === 0) return { rest: name, qualifiers: found };
  while (rest.length > 1 && !isShortened) {
    const qualifier = LAST_WORD.get(rest[rest.length - 1] ?? '');
    if (qualifier === undefined) break;
    found.push(qualifier);
    rest.pop();
  }
  return { rest, qualifiers: found };
}

/**
 * What a league's own name says of all its teams; a `2` or `B` there is a tier and says nothing. A tournament of persons
 * (`Grand Prix Hassan II`, `WTA Rome`) says nothing of them.
 */
export function leagueQualifiers(leagueName: string, sport: SportId): readonly string[] {
  if (isIndividual(sport)) return [];
  const found: string[] = [];
  takeWords(words(fold(leagueName)), found);
  return found.filter((qualifier) => qualifier !== 'third');
}

/** One comparable text of several lists of qualifiers. */
export function joinQualifiers(...lists: (readonly string[])[]): Qualifiers {
  const all = lists.flat();
  if (all.length < 2) return all[0] ?? '';
  return [...new Set(all)].sort().join('+');
}

function takeWords(name: readonly string[], found: string[]): string[] {
  const rest: string[] = [];
  for (let at = 0; at < name.length; at++) {
    const word = name[at] ?? '';
    const next = name[at + 1] ?? '';
    const age = FIRST_OF_AGE.has(word[0] ?? '') ? (AGE.exec(word)?.[1] ?? ageOfTwo(word, next)) : undefined;
    const phrase = next === 'league' ? PHRASES.find(([first]) => first === word) : undefined;
    const qualifier = WORD.get(word) ?? (word[0] === '2' && GAME_YEAR.test(word) ? 'esports' : undefined);
    if (age !== undefined) {
      found.push(`u${age}`);
      if (!AGE.test(word)) at++;
    } else if (phrase) {
      found.push(phrase[1]);
      at++;
    } else if (qualifier !== undefined) found.push(qualifier);
    else rest.push(word);
  }
  return rest;
}

const ageOfTwo = (word: string, next: string): string | undefined =>
  word === 'u' || word === 'under' || word === 'sub' ? AGE_ALONE.exec(next)?.[1] : undefined;

function say(qualifier: string, list: string): [word: string, qualifier: string][] {
  return list.split(' ').map((word) => [word, qualifier]);
}
