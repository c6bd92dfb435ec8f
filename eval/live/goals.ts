import type { Figures } from './metrics.ts';
import type { SlowFigures } from './run-simulation.ts';

export interface Goal {
  readonly goal: string;
  readonly measured: number | boolean;
  readonly met: boolean;
}

/** What was set as a goal, what came of it, and whether it is met. Times are in seconds but for the merge. */
export function verdictOn(figures: Figures, mergeP99: number, slow: SlowFigures): readonly Goal[] {
  const { goalShown, fastestProvider, disagreeing } = figures;
  const atMost = (goal: string, measured: number, most: number): Goal => ({
    goal,
    measured,
    met: measured <= most,
  });
  const goals: Goal[] = [
    atMost('wrong at most 9 s per match', figures.wrongSecondsPerMatch, 9),
    atMost('at most 3 false values per 100 matches', figures.falsePer100Matches, 3),
    atMost(
      `goal shown at the median at most 0.5 s after the fastest provider (${fastestProvider.p50} s)`,
      goalShown.p50,
      Number((fastestProvider.p50 + 0.5).toFixed(2)),
    ),
    atMost('95 % of the goals shown within 8 s', goalShown.p95, 8),
    {
      goal: 'right at 99 % of the ticks on which providers disagree',
      measured: disagreeing.right,
      met: disagreeing.right >= 0.99,
    },
    atMost('calibration error there at most 0.02', disagreeing.ece, 0.02),
    atMost('at most one extra change per true change', figures.extraChangesPerTrueChange, 1),
    atMost('no step back without a word', figures.silentRegressions, 0),
    atMost('a merge in less than 20 µs, 99 of 100', mergeP99, 20),
  ];
  if (slow.leaveOneOut)
    goals.push(
      atMost('without any one provider at most twice as long wrong', slow.leaveOneOut.worstRatio, 2),
    );
  if (slow.sameInAnyOrder !== undefined)
    goals.push({
      goal: 'the same whatever the order of simultaneous reports, and however many duplicates',
      measured: slow.sameInAnyOrder,
      met: slow.sameInAnyOrder,
    });
  return goals;
}
