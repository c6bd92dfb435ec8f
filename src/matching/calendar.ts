import type { StartPrecision } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import type { Saying } from './saying.ts';
import { type Start, startFit, startWindow } from './start-fit.ts';

/** How two matches stand in time: they may be one (`near`), no side can play both (`clash`), or neither. */
export type TimeRelation = 'near' | 'clash' | 'apart';

/** Sayings in order of start, to find those near a time. */
export class Calendar {
  readonly #sport: SportId;
  readonly #lists: ReadonlyMap<StartPrecision, readonly Saying[]>;

  constructor(sport: SportId, sayings: Iterable<Saying>) {
    this.#sport = sport;
    const sorted = [...sayings].sort((a, b) => a.entry.start.at - b.entry.start.at);
    this.#lists = Map.groupBy(sorted, ({ entry }) => entry.start.precision);
  }

  /** Those within the widest window in which they may be the same. */
  *around(start: Start): Generator<Saying> {
    for (const [precision, list] of this.#lists) {
      const [before, after] = startWindow(this.#sport, start, precision);
      for (let at = firstFrom(list, start.at - before); at < list.length; at++) {
        const saying = list[at];
        if (!saying || saying.entry.start.at > start.at + after) break;
        yield saying;
      }
    }
  }
}

function firstFrom(list: readonly Saying[], time: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.entry.start.at ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether two sources may mean one match by these, as far as time tells. */
export function timeRelation(a: Saying, b: Saying): TimeRelation {
  const { sport } = a.entry.match;
  const country = a.fixture.league.country ?? b.fixture.league.country;
  const fit = startFit(sport, a.entry.start, b.entry.start, country);
  if (fit === undefined) return 'apart';
  if (fit.linkable && fit.bits >= 0) return 'near';
  return sport === 'baseball' || fit.linkable ? 'apart' : 'clash';
}
