import type { Match } from '../domain/match.ts';
import type { Score } from '../domain/score.ts';
import { hasScore, type MatchStatus } from '../domain/status.ts';
import { after, type EpochMs } from '../domain/time.ts';
import type { ScoreView } from '../domain/view.ts';
import { type Belief, believe } from './belief.ts';
import type { Experience } from './learning/learner.ts';
import type { ScoreMemory } from './learning/score-memory.ts';
import type { MergePolicy } from './policy.ts';
import type { Held } from './scene.ts';
import { isSameOrNone } from './score-difference.ts';
import type { SourceClaim } from './source-claims.ts';
import { soonest } from './staleness.ts';
import { scoreTopic, statusTopic } from './topics.ts';
import { scoreVoices, statusVoices } from './voices.ts';

/** Even in the slowest sport something may have happened a second ago. */
const UNSEEN_LEAST = 0.0005;

/** What we hold of status and score, and how surely. */
export interface Verdict {
  readonly status: MatchStatus;
  readonly statusSince: EpochMs;
  readonly score: Score | null;
  readonly scoreSince: EpochMs | undefined;
  readonly probability: number;
  readonly reconsiderAt: EpochMs | undefined;
  /** Why, should it turn out to be a step back. */
  readonly why: string;
}

/** The verdict of the source whose word is final, if one has spoken lately. */
export function authoritative(
  sources: readonly SourceClaim[],
  previous: ScoreView | null,
  now: EpochMs,
  policy: MergePolicy,
): Verdict | undefined {
  let final: SourceClaim | undefined;
  for (const source of sources) {
    const rank = policy.authority.get(source.provider);
    if (rank === undefined || now - source.observedAt > policy.horizon[source.claim.status]) continue;
    if (final === undefined || rank > (policy.authority.get(final.provider) ?? 0)) final = source;
  }
  if (final === undefined) return undefined;
  const { status } = final.claim;
  const score = final.claim.score ?? previous?.score ?? null;
  const end = after(final.observedAt, policy.horizon[status] + 1);
  return {
    status,
    statusSince: heldSince(previous?.status === status, previous?.statusSince, now),
    score,
    scoreSince: heldSince(isSameOrNone(previous?.score ?? null, score), previous?.scoreSince, now),
    probability: policy.authorityConfidence,
    reconsiderAt: Number.isFinite(end) ? end : undefined,
    why: 'authority_corrected',
  };
}

const heldSince = (kept: boolean, since: EpochMs | undefined, now: EpochMs): EpochMs =>
  (kept && since) || now;

/** All that the evidence is judged by. */
export interface Evidence {
  readonly match: Match;
  readonly held: HeldView | null;
  /** One claim each, ordered by provider, seen the right way round. */
  readonly sources: readonly SourceClaim[];
  readonly memory: ScoreMemory;
  readonly experience: Experience;
  readonly now: EpochMs;
  readonly policy: MergePolicy;
}

/** What we hold, of a view. */
export type HeldView = Pick<ScoreView, 'status' | 'score' | 'updatedAt' | 'statusSince' | 'scoreSince'>;

/** The verdict of the evidence. */
export function weighed(evidence: Evidence): Verdict {
  const { match, held, memory, experience, now, policy } = evidence;
  const status: Belief<MatchStatus> = believe(
    statusTopic,
    held ? { value: held.status, since: held.statusSince ?? held.updatedAt } : undefined,
    statusVoices(evidence),
    now,
    policy,
  ) ?? {
    value: 'scheduled',
    since: now,
    probability: 1 / 3,
    reconsiderAt: undefined,
  };
  const heldScore: Held<Score> | undefined = held?.score
    ? { value: held.score, since: held.scoreSince ?? held.updatedAt }
    : undefined;
  const rate = experience.correctionRate(match.sport);
  const score = believe(scoreTopic(match.sport), heldScore, scoreVoices(evidence), now, policy, {
    left: takenBack(memory, after(now, -policy.recentlyLeft)),
    ...(rate !== undefined && { corrected: Math.log(rate) }),
    unseen: Math.max(UNSEEN_LEAST, experience.changeRate(match.sport) * policy.unseenFor),
  });
  return {
    status: status.value,
    statusSince: status.since,
    score: score?.value ?? null,
    scoreSince: score?.since,
    probability: status.probability * (score && hasScore(status.value) ? score.probability : 1),
    reconsiderAt: soonest(status.reconsiderAt, score?.reconsiderAt),
    why: 'source_corrected',
  };
}

/** Scores that we took back since then. */
const takenBack = ({ held }: ScoreMemory, since: EpochMs): Score[] =>
  held.flatMap(({ value, takenBack, leftAt }) =>
    takenBack && leftAt !== undefined && leftAt > since ? [value] : [],
  );
