import type { LeagueId } from '../domain/ids.ts';
import { league as knownLeague, LEAGUES, slugLeagueId } from '../domain/leagues.ts';
import type { SportId } from '../domain/sports/index.ts';
import { fold, words } from './fold.ts';

/** Short ids are also how people write these leagues (`NFL REG`, `Basketball NBA`). */
const SHORT: ReadonlyMap<string, LeagueId> = new Map(
  LEAGUES.filter((one) => /^[a-z]{3,4}$/.test(one.id) && fold(one.name) === one.id).map((one) => [
    one.id,
    one.id,
  ]),
);

const LONG: readonly (readonly [phrase: string, id: LeagueId])[] = [
  ['national football league', 'nfl'],
  ['national basketball association', 'nba'],
  ['major league baseball', 'mlb'],
  ['national hockey league', 'nhl'],
];

/** Words that many leagues and tournaments carry, or that tell the sport or the country and not the league. */
const GENERIC_WORDS: ReadonlySet<string> = new Set(
  (
    'league leagues liga ligue lega lig serie series division divisie divisione premier premiere super primera ' +
    'segunda first second third national nationale cup copa coupe coppa pokal open championship championships masters ' +
    'tournament tournoi torneo international internationals internazionali classic trophy challenger challenge ' +
    'championnat men mens women womens singles doubles tour atp wta itf event grand prix pro professional ' +
    'football soccer basketball baseball hockey tennis regular season post reg playoff playoffs final finals group ' +
    'round stage conference the of de la le el del di da du at in by and et y und a b c i ii 1 2 3 city club ' +
    'eng england english esp spa spain spanish ger germany german deutsche deutschland ita italy italian fra france ' +
    'french usa american'
  ).split(' '),
);

/** What a league's name says, read once. */
export interface LeagueReading {
  readonly id: LeagueId;
  /** The league we know by that id or in that name. */
  readonly hint: LeagueId | undefined;
  /** The words that tell it from others. */
  readonly words: readonly string[];
  readonly country: string | undefined;
}

export function readLeague(
  sport: SportId,
  id: LeagueId | undefined,
  name: string | undefined,
): LeagueReading {
  const hint = leagueHint(sport, id, name);
  const telling = words(fold(name ?? id ?? '')).filter((word) => !GENERIC_WORDS.has(word));
  return {
    id: id ?? (name ? slugLeagueId(name) : 'unknown'),
    hint,
    words: telling,
    country: hint === undefined ? undefined : knownLeague(hint)?.country,
  };
}

function leagueHint(
  sport: SportId,
  id: LeagueId | undefined,
  name: string | undefined,
): LeagueId | undefined {
  if (id !== undefined && knownLeague(id)) return id;
  for (const text of [name, id]) {
    if (text === undefined) continue;
    const folded = fold(text);
    const said = words(folded).map((word) => SHORT.get(word));
    const phrase = LONG.find(([long]) => folded.includes(long))?.[1];
    const hint = [...said, phrase].find((one) => one !== undefined && knownLeague(one)?.sport === sport);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

/** Two leagues we both know and that differ: only equal names at the same time can outweigh it. */
const OTHER_LEAGUE = -12;
const SAME_LEAGUE = 3;

/** Bits from two leagues: evidence, never a key. */
export function leagueFit(a: LeagueReading, b: LeagueReading): number {
  if (a.hint !== undefined && b.hint !== undefined) return a.hint === b.hint ? SAME_LEAGUE : OTHER_LEAGUE;
  return a.id === b.id && a.id !== 'unknown' ? SAME_LEAGUE : 0;
}

/** True when both names share a word that few leagues carry (`Dubai Championships`, `ATP Dubai`). */
export const shareWord = (a: LeagueReading, b: LeagueReading): boolean =>
  a.words.some((word) => b.words.includes(word));
