import type { Millis } from '../domain/time.ts';
import type { Saying } from './saying.ts';
import { type Start, startFit, startWindow } from './start-fit.ts';

const PRECISIONS = ['minute', 'day', 'week'] as const;

/** How two matches stand in time: they may be one (`near`), no side can play both (`clash`), or neither. */
export type TimeRelation = 'near' | 'clash' | 'apart';

/** Sayings in order of start, to find those near a time. */
export class Calendar {
  readonly #list: readonly Saying[];
  readonly #widest: Millis;

  constructor(sayings: Iterable<Saying>) {
    this.#list = [...sayings].sort((a, b) => a.entry.start.at - b.entry.start.at);
    let widest = 0;
    for (const { entry } of this.#list)
      for (const precision of PRECISIONS)
        widest = Math.max(widest, ...startWindow(entry.match.sport, entry.start, precision));
    this.#widest = widest;
  }

  get first(): number {
    return this.#list[0]?.entry.start.at ?? 0;
  }

  get last(): number {
    return this.#list[this.#list.length - 1]?.entry.start.at ?? 0;
  }

  /** Those that may be within any window of the start; which of them are is for the caller to ask. */
  *around(start: Start): Generator<Saying> {
    for (let at = this.#from(start.at - this.#widest); at < this.#list.length; at++) {
      const saying = this.#list[at];
      if (!saying || saying.entry.start.at > start.at + this.#widest) return;
      yield saying;
    }
  }

  #from(time: number): number {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#list[middle]?.entry.start.at ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
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
