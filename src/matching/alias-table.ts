import type { LeagueId } from '../domain/ids.ts';
import type { SportId } from '../domain/sports/index.ts';
import { fold } from './fold.ts';

/** One team's name and what else it is called. */
export interface AliasEntry {
  readonly sport: SportId;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The aliases hold only inside this league: `HOU` is somebody else in college. */
  readonly league?: LeagueId;
}

/** Other names of teams, looked up by folded name. An alias claimed by two teams belongs to neither. */
export class AliasTable {
  readonly #names = new Map<string, string | null>();

  constructor(entries: Iterable<AliasEntry>) {
    for (const entry of entries) this.#add(entry);
  }

  /** The folded name proper of a folded name; itself when nothing is known of it. */
  canonical(sport: SportId, league: LeagueId | undefined, folded: string): string {
    const scoped = league === undefined ? undefined : this.#names.get(`${sport}:${league}:${folded}`);
    return scoped ?? this.#names.get(`${sport}::${folded}`) ?? folded;
  }

  #add({ sport, name, aliases, league }: AliasEntry): void {
    const canonical = fold(name);
    for (const alias of [name, ...aliases]) {
      const key = `${sport}:${league ?? ''}:${fold(alias)}`;
      const known = this.#names.get(key);
      this.#names.set(key, known === undefined || known === canonical ? canonical : null);
    }
  }
}
