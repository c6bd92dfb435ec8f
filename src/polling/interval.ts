import type { IntervalBranch, IntervalTree } from '../config/polling-config.ts';
import type { MatchId } from '../domain/ids.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { MatchPhase } from '../ports/polling.ts';
import type { DataKind, PollTarget } from '../ports/provider.ts';
import { type Covered, URGENCY } from './covered.ts';
import type { OverrideBook } from './override-book.ts';

export interface ResolvedInterval {
  readonly interval: Millis;
  /** `override:task`, `override:match`, …, `match`, `league`, `sport`, `default`. */
  readonly source: string;
  readonly phase: MatchPhase;
  /** When time alone may change the answer. */
  readonly until?: EpochMs;
}

/**
 * How often a target wants to be polled: the shortest interval among the matches it covers, each resolved match →
 * league → sport → default for its phase, with an operator's override above them all.
 */
export function resolveInterval(
  tree: IntervalTree,
  overrides: OverrideBook,
  taskId: string,
  target: PollTarget,
  covered: readonly Covered[],
): ResolvedInterval {
  const ofTask = overrides.forTask(taskId, target.kind);
  const nothing: Covered = {
    matchId: '' as MatchId,
    league: target.league ?? '',
    phase: { phase: 'far_off' },
  };
  let best: ResolvedInterval | undefined;
  let until: EpochMs | undefined;
  for (const match of covered.length > 0 ? covered : [nothing]) {
    const { phase } = match;
    if (phase.until !== undefined && (until === undefined || phase.until < until)) until = phase.until;
    const found = ofTask ?? overrides.forMatch(match, target) ?? fromTree(tree, target, match);
    if (best === undefined || found.interval < best.interval) best = { ...found, phase: phase.phase };
    if (ofTask && URGENCY[phase.phase] < URGENCY[best.phase]) best = { ...best, phase: phase.phase };
  }
  const chosen = best ?? { interval: 60_000, source: 'default', phase: 'far_off' as const };
  return until === undefined ? chosen : { ...chosen, until };
}

interface Found {
  readonly interval: Millis;
  readonly source: string;
}

function fromTree(tree: IntervalTree, target: PollTarget, match: Covered): Found {
  const { kind, sport } = target;
  const { phase } = match.phase;
  const levels: readonly (readonly [string, IntervalBranch | undefined])[] = [
    ['match', tree.matches[match.matchId]],
    ['league', tree.leagues[match.league]],
    ['sport', tree.sports[sport]],
    ['default', tree.default],
  ];
  for (const [source, branch] of levels) {
    const interval = branch?.[kind]?.[phase];
    if (interval !== undefined) return { interval, source };
  }
  return { interval: LAST_RESORT[kind], source: 'default' };
}

const LAST_RESORT: Readonly<Record<DataKind, Millis>> = { scores: 60_000, markets: 60_000 };
