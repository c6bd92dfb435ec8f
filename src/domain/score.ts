/** Points of the two sides, in the unit the sport counts its result in: goals, points, runs, sets. */
export interface Score {
  readonly home: number;
  readonly away: number;
}

export const sameScore = (a: Score, b: Score): boolean => a.home === b.home && a.away === b.away;

/** True when both counts are whole, not negative, and small enough to be a result of any sport we know. */
export const isScore = (score: Score): boolean => isCount(score.home) && isCount(score.away);

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 2_000;

/** The playing clock as a source shows it. */
export interface MatchClock {
  /** As the sport writes it: `58'`, `90'+4'`, `11:47`. */
  readonly display: string;
  /** Seconds on the clock of the period or match, when the source tells. */
  readonly seconds?: number;
}
