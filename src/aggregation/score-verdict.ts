import type { Match } from '../domain/match.ts';
import type { Score } from '../domain/score.ts';
import { hasScore, isOver, type MatchStatus } from '../domain/status.ts';
import { after, type EpochMs, type Millis } from '../domain/time.ts';
import type { ScoreView } from '../domain/view.ts';
import { type Belief, believe } from './belief.ts';
import type { Held, Voice } from './chances.ts';
import { type MergePolicy, reliabilityOf } from './policy.ts';
import { isSameOrNone } from './score-difference.ts';
import type { SourceClaim } from './source-claims.ts';
import { soonest } from './staleness.ts';
import { scoreTopic, statusTopic } from './topics.ts';

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

/** The verdict of the evidence. `sources`: one claim each, ordered by provider. */
export function weighed(
  match: Match,
  previous: ScoreView | null,
  sources: readonly SourceClaim[],
  now: EpochMs,
  policy: MergePolicy,
): Verdict {
  const statusVoices: Voice<MatchStatus>[] = [];
  const scoreVoices: Voice<Score>[] = [];
  for (const source of sources) {
    const { claim, provider, since, repeats } = source;
    const shared = {
      provider,
      repeats,
      reliability: reliabilityOf(provider, policy),
      weight: freshness(now - source.observedAt, horizonOf(claim.status, previous, policy)),
    };
    const { status, score } = claim;
    const statusSince = source.statusSince ?? since;
    statusVoices.push({ ...shared, value: status, before: source.statusBefore, since: statusSince });
    if (score === undefined || !hasScore(status)) continue;
    scoreVoices.push({
      ...shared,
      value: score,
      before: source.scoreBefore,
      since: source.scoreSince ?? since,
    });
  }
  const heldStatus = previous && {
    value: previous.status,
    since: previous.statusSince ?? previous.updatedAt,
  };
  const status: Belief<MatchStatus> = believe(
    statusTopic(policy),
    heldStatus ?? undefined,
    statusVoices,
    now,
    policy,
  ) ?? {
    value: 'scheduled',
    since: now,
    probability: 1 / 3,
    reconsiderAt: undefined,
  };
  const heldScore: Held<Score> | undefined = previous?.score
    ? { value: previous.score, since: previous.scoreSince ?? previous.updatedAt }
    : undefined;
  const score = believe(scoreTopic(match.sport, policy), heldScore, scoreVoices, now, policy);
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

/** How long a report stands: a source that still says `scheduled` while we are in play is measured as one in play. */
function horizonOf(status: MatchStatus, previous: ScoreView | null, policy: MergePolicy): Millis {
  const own = policy.horizon[status];
  return isOver(status) || previous === null ? own : Math.min(own, policy.horizon[previous.status]);
}

/** 1 up to half the horizon, then falling, to 0.3 at the horizon and 0 at twice of it. */
function freshness(age: Millis, horizon: Millis): number {
  if (age <= horizon / 2) return 1;
  if (age <= horizon) return 1 - (1.4 * (age - horizon / 2)) / horizon;
  return Math.max(0, 0.3 * (2 - age / horizon));
}
