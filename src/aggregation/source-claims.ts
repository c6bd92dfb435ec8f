import type { ProviderId } from '../domain/ids.ts';
import type { Observation, ScoreClaim } from '../domain/observation.ts';
import { type Score, sameScore } from '../domain/score.ts';
import type { MatchStatus } from '../domain/status.ts';
import { type EpochMs, type Millis, seconds } from '../domain/time.ts';

/** What one source says about a match now, and since when. */
export interface SourceClaim {
  readonly provider: ProviderId;
  readonly claim: ScoreClaim;
  /** When we received it last, repetitions included. */
  readonly observedAt: EpochMs;
  readonly statedAt?: EpochMs;
  /** When it first said this status and score together. */
  readonly since: EpochMs;
  /** How often it said them in a row, the first time included. */
  readonly repeats: number;
  /** Since when it says this score, and this status; `since` when absent. */
  readonly scoreSince?: EpochMs;
  readonly statusSince?: EpochMs;
  /** What it said before: tells a source that went back from one that is only late. */
  readonly scoreBefore?: Score;
  readonly statusBefore?: MatchStatus;
  /** How long it was silent between two reports, at most, lately. */
  readonly silence?: Millis;
  /** How far its own times are behind ours, and by how much that varies, lately; absent when it gives none. */
  readonly offset?: Millis;
  readonly jitter?: Millis;
}

/** A provider's clock this far ahead of ours is wrong, and must not shut out what it says later. */
const SKEW_MOST = seconds(60);
/** How fast we learn a source's clock. */
const CLOCK_STEP = 0.1;
/** Its times tell an order when they are further apart than its clock wavers; ten seconds always do. */
const WAVERS = 3;
const ORDER_MOST = seconds(10);
const SILENCE_FADES = 0.9;

/**
 * The source's claim after the observation: `previous` itself when the observation says nothing of the score, repeats
 * what we have, or is older than it (by the provider's own times when both have one, else by ours).
 */
export function noteScore(
  previous: SourceClaim | undefined,
  observation: Observation,
): SourceClaim | undefined {
  const claim = observation.score;
  if (claim === undefined) return previous;
  const statedAt = credibleTime(observation);
  const base = {
    provider: observation.provider,
    claim,
    observedAt: observation.receivedAt,
    ...(statedAt === undefined ? undefined : { statedAt }),
  };
  if (previous === undefined)
    return {
      ...base,
      since: base.observedAt,
      repeats: 1,
      scoreSince: base.observedAt,
      statusSince: base.observedAt,
    };
  if (isOlder(previous, base.observedAt, statedAt)) return previous;

  const observedAt = Math.max(previous.observedAt, base.observedAt) as EpochMs;
  const said = previous.claim;
  const statusStays = said.status === claim.status;
  const scoreStays = said.score === undefined ? claim.score === undefined : isSame(said.score, claim.score);
  const stays = statusStays && scoreStays;
  const scoreBefore = scoreStays ? previous.scoreBefore : (said.score ?? previous.scoreBefore);
  const statusBefore = statusStays ? previous.statusBefore : said.status;
  return {
    ...base,
    observedAt,
    since: stays ? previous.since : observedAt,
    repeats: stays ? previous.repeats + 1 : 1,
    scoreSince: scoreStays ? (previous.scoreSince ?? previous.since) : observedAt,
    statusSince: statusStays ? (previous.statusSince ?? previous.since) : observedAt,
    ...(scoreBefore === undefined ? undefined : { scoreBefore }),
    ...(statusBefore === undefined ? undefined : { statusBefore }),
    silence: Math.max(observedAt - previous.observedAt, (previous.silence ?? 0) * SILENCE_FADES),
    ...(statedAt === undefined ? undefined : clockAfter(previous, base.observedAt - statedAt)),
  };
}

/** What is known of the source's clock after one more time that it gave. */
function clockAfter(
  { offset, jitter = 0 }: SourceClaim,
  now: Millis,
): Pick<SourceClaim, 'offset' | 'jitter'> {
  if (offset === undefined) return { offset: now, jitter: 0 };
  return {
    offset: offset + (now - offset) * CLOCK_STEP,
    jitter: jitter + (Math.abs(now - offset) - jitter) * CLOCK_STEP,
  };
}

const isSame = (a: Score, b: Score | undefined): boolean => b !== undefined && sameScore(a, b);

function isOlder(previous: SourceClaim, receivedAt: EpochMs, statedAt: EpochMs | undefined): boolean {
  if (statedAt !== undefined && previous.statedAt !== undefined) {
    const later = statedAt - previous.statedAt;
    if (Math.abs(later) > Math.min(ORDER_MOST, WAVERS * (previous.jitter ?? 0))) return later < 0;
  }
  return receivedAt <= previous.observedAt;
}

function credibleTime({ statedAt, receivedAt }: Observation): EpochMs | undefined {
  return statedAt === undefined || statedAt > receivedAt + SKEW_MOST ? undefined : statedAt;
}
