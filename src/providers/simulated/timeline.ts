import { MATCH_STATUSES, type MatchStatus } from '../../domain/status.ts';
import type { Millis } from '../../domain/time.ts';

/**
 * - `score`: points were given · `overturned`: they were taken back, wholly or in part
 * - `rest`, `resume`: a period ended, the next began
 */
export type MomentKind =
  | 'announced'
  | 'kick_off'
  | 'score'
  | 'overturned'
  | 'rest'
  | 'resume'
  | 'end'
  | 'called_off';

/** Something that happened, and how the match stood after it. */
export interface Moment {
  /** Since the announced start, on our clock. */
  readonly at: Millis;
  readonly kind: MomentKind;
  readonly status: MatchStatus;
  /** From 1; 0 before the start. */
  readonly period: number;
  readonly home: number;
  readonly away: number;
}

/** A period while it is played. */
export interface Stretch {
  readonly period: number;
  readonly from: Millis;
  readonly to: Millis;
  /** On the playing clock. */
  readonly minutes: number;
  /** Minutes of life it took, stoppages included. */
  readonly lasted: number;
}

const KINDS: readonly MomentKind[] = [
  'announced',
  'kick_off',
  'score',
  'overturned',
  'rest',
  'resume',
  'end',
  'called_off',
];
const COLUMNS = 6;

/**
 * All that happens in a match, in order of time. The first moment is before everything. Moments are kept as rows of
 * numbers: thousands of matches are held at a time, a basketball match has a hundred moments.
 */
export class Timeline {
  readonly stretches: readonly Stretch[];
  readonly #rows: Int32Array;

  constructor(moments: readonly Moment[], stretches: readonly Stretch[]) {
    this.stretches = stretches;
    this.#rows = Int32Array.from(
      moments.flatMap(({ at, kind, status, period, home, away }) => [
        at,
        KINDS.indexOf(kind),
        MATCH_STATUSES.indexOf(status),
        period,
        home,
        away,
      ]),
    );
  }

  get length(): number {
    return this.#rows.length / COLUMNS;
  }

  /** The moment of that index; `undefined` outside. */
  moment(index: number): Moment | undefined {
    if (index < 0 || index >= this.length) return undefined;
    const row = index * COLUMNS;
    const cell = (column: number): number => this.#rows[row + column] as number;
    return {
      at: cell(0),
      kind: KINDS[cell(1)] as MomentKind,
      status: MATCH_STATUSES[cell(2)] as MatchStatus,
      period: cell(3),
      home: cell(4),
      away: cell(5),
    };
  }

  /** The last moment of that index or before; the first one is always there. */
  upTo(index: number): Moment {
    return this.moment(Math.min(Math.max(index, 0), this.length - 1)) as Moment;
  }

  /** The index of the last moment that is not after `elapsed`. */
  indexAt(elapsed: Millis): number {
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#rows[middle * COLUMNS] as number) <= elapsed) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** How the match stands. */
  at(elapsed: Millis): Moment {
    return this.upTo(this.indexAt(elapsed));
  }

  *[Symbol.iterator](): Generator<Moment> {
    for (let index = 0; index < this.length; index++) yield this.upTo(index);
  }
}

/** The share of regular play that is still to come, 1 to 0; overtime counts as the last of it. */
export function playLeft({ stretches }: Timeline, elapsed: Millis, periods: number): number {
  let played = 0;
  for (const { from, to, period } of stretches) {
    if (elapsed <= from) break;
    const part = Math.min(1, (elapsed - from) / (to - from));
    if (period > periods) return Math.max(0.02, (1 - part) * 0.1);
    played += part / periods;
  }
  return Math.max(0, 1 - played);
}
