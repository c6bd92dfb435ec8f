import type { Score } from '../../domain/score.ts';
import type { Millis } from '../../domain/time.ts';
import type { Fixture } from './league.ts';
import { setChance } from './script.ts';
import { playLeft } from './timeline.ts';

/** Probabilities of what may be bet on, from the score and what is left to play. */
export interface Chances {
  readonly home: number;
  /** 0 where a match cannot end level, or where level means another bet. */
  readonly draw: number;
  readonly away: number;
  /** That the home side's score plus the line is above the away side's; the line ends in .5. */
  cover(line: number): number;
  /** That both sides together score more than the line; it ends in .5. */
  over(line: number): number;
  /** The expected difference and sum at the end: where the even lines are. */
  readonly margin: number;
  readonly total: number;
}

/** The chances at a score and an elapsed time. */
export function chances({ plan, form, timeline }: Fixture, score: Score, elapsed: Millis): Chances {
  const { game } = plan;
  if (game.kind === 'sets') return ofSets(setChance(form), score);
  const left = playLeft(timeline, elapsed, game.periods);
  const mean = game.steps.reduce((sum, [points, weight]) => sum + points * weight, 0);
  const square = game.steps.reduce((sum, [points, weight]) => sum + points * points * weight, 0);
  const home = game.acts[0] * form.home * left;
  const away = game.acts[1] * form.away * left;
  // Turns between the sides make the difference smaller and steadier than independent acts would.
  const steady = (1 - game.alternation) / (1 + game.alternation);
  const end = {
    margin: score.home - score.away + mean * (home - away) * steady,
    total: score.home + score.away + mean * (home + away),
  };
  const margin = spread(end.margin, Math.sqrt((home + away) * square * steady));
  const total = spread(end.total, Math.sqrt((home + away) * square) * 0.8);
  const level = plan.sport === 'soccer' ? margin(0.5) - margin(-0.5) : 0;
  const homeWins = plan.sport === 'soccer' ? 1 - margin(0.5) : 1 - margin(0);
  return {
    ...end,
    home: homeWins,
    draw: level,
    away: 1 - homeWins - level,
    cover: (line) => 1 - margin(-line),
    over: (line) => 1 - total(line),
  };
}

/** The normal distribution's share below a value; a narrow one still leaves a little doubt. */
const spread =
  (mean: number, deviation: number) =>
  (value: number): number =>
    1 / (1 + Math.exp((-1.702 * (value - mean)) / Math.max(deviation, 0.15)));

function ofSets(set: number, score: Score): Chances {
  const wins = (home: number, away: number): number =>
    home === 2 ? 1 : away === 2 ? 0 : set * wins(home + 1, away) + (1 - set) * wins(home, away + 1);
  const home = wins(score.home, score.away);
  return { home, draw: 0, away: 1 - home, cover: () => 0.5, over: () => 0.5, margin: 0, total: 0 };
}
