import { americanFootball } from './american-football.ts';
import { baseball } from './baseball.ts';
import { basketball } from './basketball.ts';
import { cricket } from './cricket.ts';
import { handball } from './handball.ts';
import { horseRacing } from './horse-racing.ts';
import { iceHockey } from './ice-hockey.ts';
import { mma } from './mma.ts';
import { motorsport } from './motorsport.ts';
import { other } from './other.ts';
import { rugby } from './rugby.ts';
import { soccer } from './soccer.ts';
import type { SportRules } from './sport-rules.ts';
import { tennis } from './tennis.ts';
import { volleyball } from './volleyball.ts';

export type { SportRules } from './sport-rules.ts';

/** Every sport there is. A new sport is one file and one line here. */
const ALL = [
  soccer,
  americanFootball,
  basketball,
  baseball,
  iceHockey,
  tennis,
  cricket,
  rugby,
  handball,
  volleyball,
  mma,
  motorsport,
  horseRacing,
  other,
] as const;

export type SportId = (typeof ALL)[number]['id'];

const BY_ID: ReadonlyMap<string, SportRules> = new Map(ALL.map((rules) => [rules.id, rules]));

export const SPORT_IDS: readonly SportId[] = ALL.map((rules) => rules.id);

export const isSportId = (text: string): text is SportId => BY_ID.has(text);

export function sportRules(sport: SportId): SportRules {
  return BY_ID.get(sport) ?? other;
}

/** The sports a request's word stands for: `football` is both footballs. `undefined` for a word we do not know. */
export function sportsNamed(word: string): readonly SportId[] | undefined {
  if (word === 'football') return ['soccer', 'american_football'];
  return isSportId(word) ? [word] : undefined;
}
