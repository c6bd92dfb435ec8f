import type { Match } from '../domain/match.ts';
import type { Correction } from '../domain/messages.ts';
import { type Score, sameScore } from '../domain/score.ts';
import { hasScore, isForwardMove, isOver, type MatchStatus } from '../domain/status.ts';
import { after, type EpochMs, type Millis } from '../domain/time.ts';
import type { ScoreView, SourceVerdict, StaleReason } from '../domain/view.ts';
import { type Belief, believe, type Held, type Voice } from './belief.ts';
import { playClock } from './play-clock.ts';
import { type MergePolicy, reliabilityOf } from './policy.ts';
import type { SourceClaim } from './source-claims.ts';
import { scoreTopic, statusTopic } from './topics.ts';

export interface ScoreMerge {
  readonly match: Match;
  readonly previous: ScoreView | null;
  /** The newest claim of each source, in any order. */
  readonly claims: readonly SourceClaim[];
  readonly now: EpochMs;
  readonly policy: MergePolicy;
}

export interface MergedScore {
  readonly view: ScoreView;
  /** True when something that a client sees differs from `previous`, ages excepted. */
  readonly changed: boolean;
  /** Given when the view went back, which it never does silently. */
  readonly correction?: Correction;
  /** When the passing of time alone may change the view: merge again then. */
  readonly reconsiderAt?: EpochMs;
}

/** The score view from what each source says now, what we said before, and the time. */
export function mergeScores({ match, previous, claims, now, policy }: ScoreMerge): MergedScore {
  const sources = newestOfEach(claims);
  const verdict =
    authoritative(sources, previous, now, policy) ?? weighed(match, previous, sources, now, policy);
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
  return {
    view: changed ? view : { ...view, updatedAt: previous.updatedAt },
    changed,
    ...(correction === undefined ? undefined : { correction }),
    ...(reconsiderAt === undefined ? undefined : { reconsiderAt }),
  };
}

interface Verdict {
  readonly status: MatchStatus;
  readonly statusSince: EpochMs;
  readonly score: Score | null;
  readonly scoreSince: EpochMs | undefined;
  readonly probability: number;
  readonly reconsiderAt: EpochMs | undefined;
  readonly why: string;
}

/** One claim a provider, ordered by provider: order of arrival and duplicates then change nothing. */
function newestOfEach(claims: readonly SourceClaim[]): SourceClaim[] {
  const sorted = [...claims].sort((a, b) =>
    a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : b.observedAt - a.observedAt,
  );
  return sorted.filter((claim, at) => claim.provider !== sorted[at - 1]?.provider);
}

function authoritative(
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

function weighed(
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

interface Staleness {
  readonly reason: StaleReason | null;
  readonly changesAt: EpochMs | undefined;
}

function staleFrom(
  match: Match,
  status: MatchStatus,
  sources: readonly SourceClaim[],
  previous: ScoreView | null,
  now: EpochMs,
  policy: MergePolicy,
): Staleness {
  const horizon = policy.horizon[status];
  let newest: number = previous === null ? now : Number.NEGATIVE_INFINITY;
  for (const { observedAt } of sources) if (observedAt > newest) newest = observedAt;
  const silentAt = newest + horizon + 1;
  if (Number.isFinite(horizon) && now >= silentAt) return { reason: 'sources_silent', changesAt: undefined };
  const silent = Number.isFinite(silentAt) ? (silentAt as EpochMs) : undefined;
  if (status !== 'scheduled' || match.startPrecision === 'day') return { reason: null, changesAt: silent };
  const overdue = after(match.startsAt, policy.kickoffGrace);
  return now >= overdue
    ? { reason: 'kickoff_unconfirmed', changesAt: silent }
    : { reason: null, changesAt: soonest(silent, overdue) };
}

const soonest = (a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined =>
  a === undefined ? b : b === undefined || a < b ? a : b;

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

const isSameOrNone = (a: Score | null, b: Score | null): boolean =>
  a === b || (a !== null && b !== null && sameScore(a, b));

function isDifferent(a: ScoreView, b: ScoreView): boolean {
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
function correctionOf(previous: ScoreView, view: ScoreView, why: string): Correction | undefined {
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
