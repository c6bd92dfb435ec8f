import type { StartPrecision } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import { days, type EpochMs } from '../domain/time.ts';
import type { Fixture } from './fixture.ts';
import type { IndexedMatch } from './saying.ts';
import { type Start, startWindow } from './start-fit.ts';
import type { TeamName } from './team-name.ts';

const DAY = days(1);
const PRECISIONS: readonly StartPrecision[] = ['minute', 'day', 'week'];
/** Where only one of the two names shares a word, so many are looked at: the other may be a code or a misspelling. */
const ONE_SIDED_MOST = 48;
const BOTH_SIDED_MOST = 256;

const HOME = 1;
const AWAY = 2;

type Postings = Map<string, IndexedMatch[]>;

/**
 * Finds the matches of one sport that share a word with a name and begin near a time, without looking at the others.
 * The days are shelves only: a search reads every shelf that its window touches.
 */
export class CandidateIndex {
  readonly #shelves: Readonly<Record<StartPrecision, Map<number, Postings>>> = {
    minute: new Map(),
    day: new Map(),
    week: new Map(),
  };
  readonly #sport: SportId;
  #search = 0;

  constructor(sport: SportId) {
    this.#sport = sport;
  }

  add(entry: IndexedMatch): void {
    const shelf = this.#shelf(entry);
    for (const token of tokensOf(entry)) post(shelf, token, entry);
  }

  /** Makes a match that is here be found by the names of one more saying, before it has it. */
  widen(entry: IndexedMatch, { home, away }: Fixture): void {
    const known = tokensOf(entry);
    const shelf = this.#shelf(entry);
    for (const token of new Set([...home.tokens, ...away.tokens]))
      if (!known.has(token)) post(shelf, token, entry);
  }

  remove(entry: IndexedMatch): void {
    const shelf = this.#shelf(entry);
    for (const token of tokensOf(entry)) {
      const posting = shelf.get(token);
      const at = posting?.indexOf(entry) ?? -1;
      if (!posting || at < 0) continue;
      const last = posting.pop();
      if (last && at < posting.length) posting[at] = last;
      if (posting.length === 0) shelf.delete(token);
    }
    if (shelf.size === 0) this.#shelves[entry.start.precision].delete(shelfNumber(entry.start.at));
  }

  /** Matches that share a word with a name of each of the two sides, then a bounded number of those that share one with either. */
  near(home: readonly TeamName[], away: readonly TeamName[], start: Start): IndexedMatch[] {
    const search = ++this.#search;
    const found: IndexedMatch[] = [];
    for (const precision of PRECISIONS) {
      const shelves = this.#shelves[precision];
      if (shelves.size === 0) continue;
      const [before, after] = startWindow(this.#sport, start, precision);
      const last = shelfNumber(start.at + after);
      for (let at = shelfNumber(start.at - before); at <= last; at++) {
        const shelf = shelves.get(at);
        if (!shelf) continue;
        for (const name of home) collect(shelf, name, HOME, search, found);
        for (const name of away) collect(shelf, name, AWAY, search, found);
      }
    }
    return pick(found);
  }

  #shelf({ start }: IndexedMatch): Postings {
    const shelves = this.#shelves[start.precision];
    const number = shelfNumber(start.at);
    const known = shelves.get(number);
    if (known) return known;
    const shelf: Postings = new Map();
    shelves.set(number, shelf);
    return shelf;
  }
}

function post(shelf: Postings, token: string, entry: IndexedMatch): void {
  const posting = shelf.get(token);
  if (posting) posting.push(entry);
  else shelf.set(token, [entry]);
}

const shelfNumber = (at: EpochMs | number): number => Math.floor(at / DAY);

function tokensOf(entry: IndexedMatch): Set<string> {
  const tokens = new Set<string>();
  for (const { fixture } of entry.sayings) {
    for (const token of fixture.home.tokens) tokens.add(token);
    for (const token of fixture.away.tokens) tokens.add(token);
  }
  return tokens;
}

function collect(shelf: Postings, name: TeamName, side: number, search: number, found: IndexedMatch[]): void {
  for (const token of name.searched) {
    const posting = shelf.get(token);
    if (!posting) continue;
    for (const entry of posting) {
      if (entry.seenBy !== search) {
        entry.seenBy = search;
        entry.sides = side;
        found.push(entry);
      } else entry.sides |= side;
    }
  }
}

function pick(found: IndexedMatch[]): IndexedMatch[] {
  if (found.length <= ONE_SIDED_MOST) return found;
  const both = found.filter((entry) => entry.sides === (HOME | AWAY)).slice(0, BOTH_SIDED_MOST);
  const rest = found.filter((entry) => entry.sides !== (HOME | AWAY)).slice(0, ONE_SIDED_MOST);
  return [...both, ...rest];
}
