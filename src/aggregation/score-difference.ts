import type { Correction } from '../domain/messages.ts';
import { type Score, sameScore } from '../domain/score.ts';
import { isForwardMove } from '../domain/status.ts';
import type { ScoreView, SourceVerdict } from '../domain/view.ts';

/** True for equal scores, and for none twice. */
export const isSameOrNone = (a: Score | null, b: Score | null): boolean =>
  a === b || (a !== null && b !== null && sameScore(a, b));

/** True when something that a client sees differs, ages excepted. */
export function isDifferent(a: ScoreView, b: ScoreView): boolean {
  return (
    a.status !== b.status ||
    a.period !== b.period ||
    a.clock !== b.clock ||
    a.stale !== b.stale ||
    a.confidence !== b.confidence ||
    !isSameOrNone(a.score, b.score) ||
    !isSameOrNone(a.shootout, b.shootout) ||
    a.sources.length !== b.sources.length ||
    a.sources.some((source, at) => isOtherVerdict(source, b.sources[at]))
  );
}

const isOtherVerdict = (a: SourceVerdict, b: SourceVerdict | undefined): boolean =>
  b === undefined ||
  a.provider !== b.provider ||
  a.status !== b.status ||
  a.agrees !== b.agrees ||
  !isSameOrNone(a.score, b.score);

/** Why a view went back, or `undefined` when it did not. */
export function correctionOf(previous: ScoreView, view: ScoreView, why: string): Correction | undefined {
  const statusBack = !isForwardMove(previous.status, view.status);
  const from = previous.score;
  const to = view.score;
  const scoreBack = from !== null && (to === null || to.home < from.home || to.away < from.away);
  if (!statusBack && !scoreBack) return undefined;
  return {
    from: { score: from, status: previous.status },
    to: { score: to, status: view.status },
    why: statusBack && why === 'source_corrected' ? 'status_reverted' : why,
  };
}
