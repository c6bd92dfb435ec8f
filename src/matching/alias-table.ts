import type { LeagueId } from '../domain/ids.ts';
import type { SportId } from '../domain/sports/index.ts';
import { foldTeam } from './fold.ts';

/** One team's name and what else it is called. */
export interface AliasEntry {
  readonly sport: SportId;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The aliases hold only inside this league: `HOU` is somebody else in college. */
  readonly league?: LeagueId;
}

/** Lines of `alias|name`, folded and in the order of code units: looked up where they stand, nothing is built. */
export class SortedAliases {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text.trim();
  }

  find(alias: string): string | undefined {
    let low = 0;
    let high = this.#text.length;
    while (low < high) {
      const start = this.#text.lastIndexOf('\n', ((low + high) >> 1) - 1) + 1;
      const end = this.#lineEnd(start);
      const bar = this.#text.indexOf('|', start);
      const found = this.#text.slice(start, bar);
      if (bar >= 0 && bar < end && found === alias) return this.#text.slice(bar + 1, end);
      if (found < alias) low = end + 1;
      else high = start;
    }
    return undefined;
  }

  #lineEnd(start: number): number {
    const end = this.#text.indexOf('\n', start);
    return end < 0 ? this.#text.length : end;
  }
}

/** Other names of teams, looked up by folded name. An alias claimed by two teams belongs to neither. */
export class AliasTable {
  readonly #names = new Map<string, string | null>();

  readonly #lists: Partial<Record<SportId, SortedAliases>>;

  /** What the entries do not have is looked up in the list of the sport. */
  constructor(entries: Iterable<AliasEntry>, lists: Partial<Record<SportId, SortedAliases>> = {}) {
    this.#lists = lists;
    for (const entry of entries) this.#add(entry);
  }

  /** The folded name proper of a folded name; itself when nothing is known of it. */
  canonical(sport: SportId, league: LeagueId | undefined, folded: string): string {
    const scoped = league === undefined ? undefined : this.#names.get(`${sport}:${league}:${folded}`);
    const entry = scoped ?? this.#names.get(`${sport}::${folded}`);
    if (entry !== undefined) return entry ?? folded;
    return this.#lists[sport]?.find(folded) ?? folded;
  }

  #add({ sport, name, aliases, league }: AliasEntry): void {
    const canonical = foldTeam(name);
    for (const alias of [name, ...aliases]) {
      const key = `${sport}:${league ?? ''}:${foldTeam(alias)}`;
      const known = this.#names.get(key);
      this.#names.set(key, known === undefined || known === canonical ? canonical : null);
    }
  }
}
