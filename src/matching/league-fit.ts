import type { LeagueId } from '../domain/ids.ts';
import { league as knownLeague, LEAGUES } from '../domain/leagues.ts';
import type { SportId } from '../domain/sports/index.ts';
import { fold, words } from './fold.ts';

/** Short ids are also how people write these leagues (`NFL REG`, `Basketball NBA`). */
const SHORT: ReadonlyMap<string, LeagueId> = new Map(
  LEAGUES.filter((one) => /^[a-z]{3,4}$/.test(one.id) && fold(one.name) === one.id).map((one) => [
    one.id,
    one.id,
  ]),
);

/** The league we know by that id or in that name; `undefined` when we do not. */
export function leagueHint(
  sport: SportId,
  id: LeagueId | undefined,
  name: string | undefined,
): LeagueId | undefined {
  if (id !== undefined && knownLeague(id) !== undefined) return id;
  for (const text of [name, id]) {
    if (text === undefined) continue;
    for (const word of words(fold(text))) {
      const hint = SHORT.get(word);
      if (hint !== undefined && knownLeague(hint)?.sport === sport) return hint;
    }
  }
  return undefined;
}

/** Two leagues we both know and that differ: only equal names at the same time can outweigh it. */
export const OTHER_LEAGUE = -12;

/** Bits from two league ids (and what we know them as): evidence, never a key. */
export function leagueFit(
  a: { readonly id: LeagueId; readonly hint: LeagueId | undefined },
  b: { readonly id: LeagueId; readonly hint: LeagueId | undefined },
): number {
  if (a.hint !== undefined && b.hint !== undefined) return a.hint === b.hint ? 3 : OTHER_LEAGUE;
  return a.id === b.id && a.id !== 'unknown' ? 3 : 0;
}
