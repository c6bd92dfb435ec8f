import { sportRules } from '../domain/sports/index.ts';
import { isInPlay, isOver } from '../domain/status.ts';
import { after, type EpochMs, hours, type Millis, minutes } from '../domain/time.ts';
import type { MatchView } from '../domain/view.ts';
import type { MatchPhase } from '../ports/polling.ts';

/** A phase and, where time alone ends it, when. */
export interface Phase {
  readonly phase: MatchPhase;
  readonly until?: EpochMs;
}

const SOON_BEFORE: Millis = hours(1);
const FINISHED_FOR: Millis = minutes(30);
// A match may start late or its score go unreported; beyond this nobody expects news of it.
const OVERDUE_AFTER: Millis = hours(3);

/** How near to play a match is at `now`. A started match that no source calls live counts as `in_play`: it may be. */
export function phaseOf({ match, score }: MatchView, now: EpochMs): Phase {
  if (score && isInPlay(score.status)) return { phase: 'in_play' };
  if (score && (isOver(score.status) || score.status === 'postponed')) {
    const until = after(score.updatedAt, FINISHED_FOR);
    return now < until ? { phase: 'just_finished', until } : { phase: 'over' };
  }
  const soonFrom = after(match.startsAt, -SOON_BEFORE);
  if (now < soonFrom) return { phase: 'far_off', until: soonFrom };
  if (now < match.startsAt) return { phase: 'soon', until: match.startsAt };
  const overdue = after(match.startsAt, sportRules(match.sport).typicalDuration + OVERDUE_AFTER);
  return now < overdue ? { phase: 'in_play', until: overdue } : { phase: 'over' };
}
