import type { Match } from '../domain/match.ts';
import type { Correction } from '../domain/messages.ts';
import { type Score, sameScore } from '../domain/score.ts';
import { hasScore, type MatchStatus } from '../domain/status.ts';
import type { EpochMs } from '../domain/time.ts';
import type { ScoreView, SourceVerdict } from '../domain/view.ts';
import { type Experience, NO_EXPERIENCE } from './learning/learner.ts';
import type { Lesson } from './learning/lesson.ts';
import { remember } from './learning/remember.ts';
import { isFlipped, NO_MEMORY, type ScoreMemory } from './learning/score-memory.ts';
import { mirrorClaim, mirrorScore } from './mirror.ts';
import { playClock } from './play-clock.ts';
import type { MergePolicy } from './policy.ts';
import { correctionOf, isDifferent } from './score-difference.ts';
import { authoritative, weighed } from './score-verdict.ts';
import type { SourceClaim } from './source-claims.ts';
import { soonest, staleFrom } from './staleness.ts';

export interface ScoreMerge {
  readonly match: Match;
  readonly previous: ScoreView | null;
  /** The newest claim of each source, in any order. */
  readonly claims: readonly SourceClaim[];
  readonly now: EpochMs;
  readonly policy: MergePolicy;
  /** What is remembered of this match: `memory` of the merge before. */
  readonly memory?: ScoreMemory | undefined;
  /** What was learned of the sources so far. */
  readonly experience?: Experience;
}

export interface MergedScore {
  readonly view: ScoreView;
  /** True when something that a client sees differs from `previous`, ages excepted. */
  readonly changed: boolean;
  /** Given when the view went back, which it never does silently. */
  readonly correction?: Correction;
  /** When the passing of time alone may change the view: merge again then. */
  readonly reconsiderAt?: EpochMs;
  /** To be handed to the next merge of this match. */
  readonly memory: ScoreMemory;
  /** What has become clear about the sources, once each. */
  readonly lessons: readonly Lesson[];
}

/** The score view from what each source says now, what we said before, and the time. */
export function mergeScores(merge: ScoreMerge): MergedScore {
  const { match, previous, claims, now, policy, memory = NO_MEMORY, experience = NO_EXPERIENCE } = merge;
  const sources = newestOfEach(claims).map((claim) =>
    isFlipped(memory, claim.provider) ? mirrored(claim) : claim,
  );
  const verdict =
    authoritative(sources, previous, now, policy) ??
    weighed({ match, held: previous, sources, memory, experience, now, policy });
  const { status } = verdict;
  const score = hasScore(status) || (status !== 'scheduled' && previous?.score) ? verdict.score : null;
  const agreeing = sources.filter((source) => agrees(source, status, score));
  const { period, clock } = playClock(match.sport, status, agreeing, previous, now, policy);
  const staleness = staleFrom(match, status, sources, previous, now, policy);
  const view: ScoreView = {
    status,
    period,
    clock,
    score,
    shootout: latestShootout(agreeing) ?? (score === null ? null : (previous?.shootout ?? null)),
    confidence: shownConfidence(verdict.probability, previous, policy),
    sources: sources.map((source) => sourceVerdict(source, agreeing.includes(source))),
    stale: staleness.reason,
    updatedAt: now,
    statusSince: verdict.statusSince,
    ...(verdict.scoreSince === undefined ? undefined : { scoreSince: verdict.scoreSince }),
  };
  const changed = previous === null || isDifferent(previous, view);
  const correction = previous === null ? undefined : correctionOf(previous, view, verdict.why);
  const reconsiderAt = soonest(verdict.reconsiderAt, staleness.changesAt);
  const remembered = remember({
    sport: match.sport,
    memory,
    claims: sources,
    score,
    since: verdict.scoreSince,
    now,
    headStart: (provider) => experience.headStart(match.sport, provider),
  });
  return {
    ...remembered,
    view: changed ? view : { ...view, updatedAt: previous.updatedAt },
    changed,
    ...(correction === undefined ? undefined : { correction }),
    ...(reconsiderAt === undefined ? undefined : { reconsiderAt }),
  };
}

/** One claim a provider, ordered by provider: order of arrival and duplicates then change nothing. */
function newestOfEach(claims: readonly SourceClaim[]): SourceClaim[] {
  const sorted = [...claims].sort((a, b) =>
    a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : b.observedAt - a.observedAt,
  );
  return sorted.filter((claim, at) => claim.provider !== sorted[at - 1]?.provider);
}

/** What a source says that names the away side first. */
const mirrored = (source: SourceClaim): SourceClaim => ({
  ...source,
  claim: mirrorClaim(source.claim),
  ...(source.scoreBefore && { scoreBefore: mirrorScore(source.scoreBefore) }),
});

/** A source that gives no score disagrees by its status alone. */
const agrees = ({ claim }: SourceClaim, status: MatchStatus, score: Score | null): boolean =>
  claim.status === status && (score === null || claim.score === undefined || sameScore(claim.score, score));

const latestShootout = (agreeing: readonly SourceClaim[]): Score | undefined => {
  let latest: SourceClaim | undefined;
  for (const source of agreeing)
    if (source.claim.shootout && (latest === undefined || source.observedAt > latest.observedAt))
      latest = source;
  return latest?.claim.shootout;
};

const sourceVerdict = ({ provider, claim, observedAt }: SourceClaim, agreesToo: boolean): SourceVerdict => ({
  provider,
  status: claim.status,
  score: claim.score ?? null,
  observedAt,
  agrees: agreesToo,
});

/** Three decimals, inside (0, 1), and no change for a change's own sake. */
function shownConfidence(probability: number, previous: ScoreView | null, policy: MergePolicy): number {
  const rounded = Math.min(0.999, Math.max(0.001, Math.round(probability * 1_000) / 1_000));
  const shown = previous?.confidence;
  return shown !== undefined && Math.abs(shown - rounded) < policy.confidenceStep ? shown : rounded;
}
