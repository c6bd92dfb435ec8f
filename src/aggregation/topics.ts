import type { Score } from '../domain/score.ts';
import { type SportId, sportRules } from '../domain/sports/index.ts';
import { isForwardMove, isOver, type MatchStatus } from '../domain/status.ts';
import type { Relation, Topic } from './scene.ts';

/** One scoring act more: as likely as not, once a source says so. */
const NEXT = Math.log(0.5);
/** Each further act in one report (missed reports happen, e^-1.2 = 0.3 each), down to one in a thousand. */
const FURTHER = -1.2;
const FARTHEST = -7;
const OVER = Math.log(0.25);

const scoreRelation = (said: Score, truth: Score): Relation => {
  const home = said.home - truth.home;
  const away = said.away - truth.away;
  if (home === 0 && away === 0) return 'same';
  if (home <= 0 && away <= 0) return 'behind';
  return home >= 0 && away >= 0 ? 'ahead' : 'apart';
};

/** Scores of a sport: they only rise, by its scoring steps. */
export function scoreTopic(sport: SportId): Topic<Score> {
  const most = Math.max(...sportRules(sport).scoringSteps);
  const acts = (points: number): number => Math.ceil(points / most);
  return {
    relation: scoreRelation,
    step: (from, to) => {
      const further = acts(to.home - from.home) + acts(to.away - from.away) - 1;
      return Math.max(FARTHEST, NEXT + FURTHER * further);
    },
    isMirrored: (said, truth) =>
      said.home !== truth.home && said.home + said.away === truth.home + truth.away,
  };
}

const statusRelation = (said: MatchStatus, truth: MatchStatus): Relation => {
  if (said === truth) return 'same';
  const saidFirst = isForwardMove(said, truth);
  const truthFirst = isForwardMove(truth, said);
  if (saidFirst) return truthFirst ? 'peer' : 'behind';
  return truthFirst ? 'ahead' : 'apart';
};

/** Statuses by the legal moves of a match. */
export const statusTopic: Topic<MatchStatus> = {
  relation: statusRelation,
  step: (_from, to) => (isOver(to) ? OVER : NEXT),
  isMirrored: () => false,
};
