import type { Millis } from '../time.ts';

/** What the rest of the code needs to know about a sport; one file per sport fills it in. */
export interface SportRules {
  readonly id: string;
  readonly name: string;
  /** Whether the `h2h` market has a draw. */
  readonly canDraw: boolean;
  /** Periods of regulation play: 2 halves, 4 quarters, 9 innings; for tennis the most sets. */
  readonly regulationPeriods: number;
  /** The period's name as the sport writes it; numbers above regulation are overtime. Counted from 1. */
  readonly periodName: (period: number) => string;
  /** The break between regulation periods that counts as `paused`: `Half Time`, `Intermission`. */
  readonly breakName: string;
  /** By how much one side's score rises in one scoring act. A larger jump means missed reports, not a wrong one. */
  readonly scoringSteps: readonly number[];
  /** From the start to the end with the usual breaks: how long a match without news may still be in play. */
  readonly typicalDuration: Millis;
}
