import type { Score } from '../../src/domain/score.ts';
import type { MatchStatus } from '../../src/domain/status.ts';
import type { Millis } from '../../src/domain/time.ts';
import type { Report } from './report.ts';

/** What a way of merging says of a match. */
export interface Shown {
  readonly score: Score | null;
  readonly status: MatchStatus;
  readonly confidence: number;
}

export interface SaidCorrection {
  readonly at: Millis;
  readonly matchId: string;
  readonly from: Score | null;
  readonly to: Score | null;
}

/** A way of merging live reports. */
export interface Merger {
  readonly name: string;
  /** Takes in what was reported at one instant; the corrections that come of it. */
  take(reports: readonly Report[], at: Millis): readonly SaidCorrection[];
  /** What is shown of the match at `at`, and the corrections that the passing of time made. */
  look(
    matchId: string,
    at: Millis,
  ): { readonly shown: Shown | undefined; readonly corrections: readonly SaidCorrection[] };
  forget(matchId: string): void;
}
