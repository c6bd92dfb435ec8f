import type { Match, StartPrecision } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import { days, type EpochMs } from '../domain/time.ts';
import type { Fixture } from './fixture.ts';
import { type Start, startWindow } from './start-fit.ts';
import type { TeamName } from './team-name.ts';

/** A match with everything read from it once. */
export interface IndexedMatch extends Fixture {
  readonly match: Match;
  readonly start: Start;
  /** Scratch of the search under way: which search saw it, and on which sides. */
  seenBy: number;
  sides: number;
}

const DAY = days(1);
const PRECISIONS: readonly StartPrecision[] = ['minute', 'day'];
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
  };
  readonly #sport: SportId;
  #search = 0;

  constructor(sport: SportId) {
    this.#sport = sport;
  }

  add(entry: IndexedMatch): void {
    const shelf = this.#shelf(entry);
    for (const token of tokensOf(entry)) {
      const posting = shelf.get(token);
      if (posting) posting.push(entry);
      else shelf.set(token, [entry]);
    }
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

  /** Matches that share a word with each of the two names, then a bounded number of those that share one with either. */
  near(home: TeamName, away: TeamName, start: Start): IndexedMatch[] {
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
        collect(shelf, home, HOME, search, found);
        collect(shelf, away, AWAY, search, found);
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

const shelfNumber = (at: EpochMs | number): number => Math.floor(at / DAY);

const tokensOf = (entry: IndexedMatch): Set<string> => new Set([...entry.home.tokens, ...entry.away.tokens]);

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
