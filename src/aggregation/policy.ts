import { type ProviderId, providerId } from '../domain/ids.ts';
import type { MatchStatus } from '../domain/status.ts';
import { days, hours, type Millis, minutes, seconds } from '../domain/time.ts';

/** Every judgement call of the merge that is a number. */
export interface MergePolicy {
  /** How often a source's report is right, 0 to 1, where we know better than `defaultReliability`. */
  readonly reliability: ReadonlyMap<ProviderId, number>;
  readonly defaultReliability: number;
  /** Sources whose fresh word is final; the greater number wins among them. */
  readonly authority: ReadonlyMap<ProviderId, number>;
  /** What a fresh final word is worth as a confidence. */
  readonly authorityConfidence: number;

  /** How long a report about that status can stand without being repeated. */
  readonly horizon: Readonly<Record<MatchStatus, Millis>>;
  /** By what age of a change half of the sources have usually followed it. */
  readonly scoreLag: Millis;
  readonly statusLag: Millis;
  /** Posterior from which a view moves on, and from which it goes back. */
  readonly acceptForward: number;
  readonly acceptBack: number;
  /** The same when it returns to what was taken back lately. */
  readonly acceptAgain: number;
  /** The same when it goes to the other side what one side had been given. */
  readonly acceptMirrored: number;
  /** To show what is not so costs as much as to be late by this. */
  readonly worthWaiting: Millis;
  /** How long nobody can know of a change: the delay of the quickest. */
  readonly unseenFor: Millis;
  /** A step back that nobody contradicts is believed when it has stood so long and was said so often. */
  readonly persistFor: Millis;
  readonly persistRepeats: number;
  /** A value that was left is not returned to lightly for so long. */
  readonly recentlyLeft: Millis;
  /** While sources disagree the passing of time may decide; look again after this. */
  readonly recheck: Millis;
  /** So long after its announced start a match may stay `scheduled` before that is said to be doubtful. */
  readonly kickoffGrace: Millis;
  /** A play clock older than this gives way to a fresher source's. */
  readonly clockFresh: Millis;
  /** A confidence shown before is kept until the new one differs by this much. */
  readonly confidenceStep: number;

  /** How long a price counts after the provider last offered it. */
  readonly quoteHorizon: { readonly before: Millis; readonly inPlay: Millis };
  /** A bookmaker so far from the median, in median absolute deviations of the logit, is left out of the fair price. */
  readonly outlierDeviations: number;
}

export const defaultPolicy: MergePolicy = {
  reliability: new Map(),
  // One report in twenty wrong: worse than the feeds we have seen, so that one source alone is never near certainty.
  defaultReliability: 0.95,
  // What is published by hand on a match's Redis channel: somebody means it.
  authority: new Map([[providerId('redis'), 1]]),
  authorityConfidence: 0.99,
  horizon: {
    // Live feeds are polled every few seconds; a minute without a word is several polls missed.
    live: seconds(60),
    // Breaks last a quarter of an hour and are polled more slowly.
    paused: minutes(3),
    suspended: minutes(15),
    // Far-off fixtures are polled hourly at most.
    scheduled: hours(6),
    postponed: days(2),
    // Nobody repeats a result for ever: what is over stays over.
    finished: Number.POSITIVE_INFINITY,
    cancelled: Number.POSITIVE_INFINITY,
    abandoned: Number.POSITIVE_INFINITY,
    awarded: Number.POSITIVE_INFINITY,
  },
  // Television is 3 to 15 s behind the venue, polled feeds up to 30 s more.
  scoreLag: seconds(25),
  // Kick-off, half-time and full-time are entered by hand, at leisure.
  statusLag: seconds(90),
  acceptForward: 0.5,
  acceptBack: 0.7,
  acceptAgain: 0.98,
  acceptMirrored: 0.9,
  worthWaiting: seconds(100),
  unseenFor: seconds(1.2),
  // Longer than a feed's usual hiccup (one or two polls), shorter than a video review is argued about.
  persistFor: seconds(30),
  persistRepeats: 3,
  recentlyLeft: minutes(4),
  recheck: seconds(5),
  // Line-ups, anthems, rain: starts are late by ten minutes every day.
  kickoffGrace: minutes(15),
  clockFresh: seconds(30),
  confidenceStep: 0.02,
  quoteHorizon: {
    // Odds APIs are paid by the call and polled every few minutes up to hourly.
    before: hours(2),
    // In play a price a minute old is history.
    inPlay: seconds(60),
  },
  outlierDeviations: 4,
};

/** A source's reliability as the merge uses it: never certain, never worthless. */
export function reliabilityOf(provider: ProviderId, policy: MergePolicy): number {
  const reliability = policy.reliability.get(provider) ?? policy.defaultReliability;
  return Math.min(0.995, Math.max(0.6, reliability));
}
