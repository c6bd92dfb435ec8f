import type { ProviderId } from '../domain/ids.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { MergePolicy } from './policy.ts';

/** What one source says about one topic (score or status), ready to be weighed. */
export interface Voice<T> {
  readonly provider: ProviderId;
  readonly value: T;
  readonly before: T | undefined;
  readonly since: EpochMs;
  readonly repeats: number;
  readonly reliability: number;
  /** Freshness, 0 to 1. */
  readonly weight: number;
}

/** How `said` stands to `truth`: a late source says what is `behind`; of two `peer`s each can follow the other. */
export type Relation = 'same' | 'behind' | 'ahead' | 'peer' | 'apart';

/** What differs between score and status. */
export interface Topic<T> {
  readonly relation: (said: T, truth: T) => Relation;
  /** Logarithm of how usual it is that `to` comes next after `from`, for `to` ahead of `from` or its peer. */
  readonly step: (from: T, to: T) => number;
  readonly lag: Millis;
}

/** What we hold to be true, and since when. */
export interface Held<T> {
  readonly value: T;
  readonly since: EpochMs;
}

/** All that is at hand when a value is judged. */
export interface Scene<T> {
  readonly topic: Topic<T>;
  readonly held: Held<T> | undefined;
  readonly voices: readonly Voice<T>[];
  readonly now: EpochMs;
  readonly policy: MergePolicy;
}

// Prior log-odds of another value against the one held, where it is not simply the next one:
/** sources went back to it: corrections are rare, one in e^5 = 150 looks */
const CORRECTED = -5;
/** the one held was brought by a source that nobody followed */
const UNCONFIRMED = -2;
/** A source that has not followed yet says hardly anything against a change in its first moment. */
const LAG_START = 0.9;
/** Logarithm of how usual it is to go from the value held to `to`, evidence aside. */
export function prior<T>(scene: Scene<T>, to: T): number {
  const { topic, held } = scene;
  if (held === undefined || topic.relation(to, held.value) === 'same') return 0;
  if (isNext(scene, held, to)) return topic.step(held.value, to);
  return topic.relation(to, held.value) === 'behind' && !isRetreat(scene, held, to) ? UNCONFIRMED : CORRECTED;
}

/** True when `to` is news in the ordinary course of events: not something that was corrected, or said all along. */
export function isNext<T>(scene: Scene<T>, held: Held<T>, to: T): boolean {
  const relation = scene.topic.relation(to, held.value);
  if (relation === 'ahead') return !wasLeft(scene, held, to);
  if (relation !== 'peer') return false;
  return scene.voices.some(
    (voice) => voice.since >= held.since && scene.topic.relation(voice.value, to) === 'same',
  );
}

/** True when sources that agree with us lately went away from that value: it is what was corrected. */
const wasLeft = <T>({ topic, voices, now, policy }: Scene<T>, held: Held<T>, value: T): boolean =>
  voices.some(
    (voice) =>
      voice.before !== undefined &&
      now - voice.since < policy.recentlyLeft &&
      topic.relation(voice.value, held.value) === 'same' &&
      topic.relation(voice.before, value) === 'same',
  );

/** True when some source came to `to` from what we hold, or from beyond it. */
const isRetreat = <T>({ topic, voices }: Scene<T>, held: Held<T>, to: T): boolean =>
  voices.some((voice) => {
    if (voice.before === undefined || topic.relation(voice.value, to) !== 'same') return false;
    const from = topic.relation(voice.before, held.value);
    return from === 'same' || from === 'ahead';
  });

/** Logarithm of how likely the sources say what they say if `truth` is true, each by its freshness. */
export function likelihood<T>(scene: Scene<T>, truth: T): number {
  let log = 0;
  for (const voice of scene.voices) log += voice.weight * Math.log(chance(scene, truth, voice));
  return log;
}

/** How likely the source says what it says if `truth` is true. */
function chance<T>(scene: Scene<T>, truth: T, voice: Voice<T>): number {
  const { topic, held, now } = scene;
  const relation = topic.relation(voice.value, truth);
  if (relation === 'same') return voice.reliability;
  const wrong = (1 - voice.reliability) / 2;
  const late = voice.reliability * LAG_START;
  if (held === undefined) return relation === 'behind' ? late : wrong;

  if (topic.relation(truth, held.value) !== 'same') {
    if (topic.relation(voice.value, held.value) === 'same') {
      // It has not heard of the change yet; but nobody is late for a value that no source came to.
      const onward = topic.relation(truth, held.value);
      const canBeLate = onward === 'ahead' || onward === 'peer' || isRetreat(scene, held, truth);
      return canBeLate ? Math.max(wrong, late * followed(now - firstSaid(scene, truth), topic.lag)) : wrong;
    }
    return relation === 'behind' && !wentBack(topic, voice, truth) ? late : wrong;
  }
  const isLate =
    relation === 'behind'
      ? !wentBack(topic, voice, truth)
      : voice.since < held.since && (relation === 'peer' || wasLeft(scene, held, voice.value));
  return isLate ? Math.max(wrong, late * followed(now - held.since, topic.lag)) : wrong;
}

/** Since when anybody now says so. */
function firstSaid<T>({ topic, voices, now }: Scene<T>, value: T): EpochMs {
  let first = now;
  for (const voice of voices)
    if (voice.since < first && topic.relation(voice.value, value) === 'same') first = voice.since;
  return first;
}

/** The source was there already and has gone back: it is not late, it says no. */
function wentBack<T>(topic: Topic<T>, voice: Voice<T>, truth: T): boolean {
  if (voice.before === undefined) return false;
  const relation = topic.relation(truth, voice.before);
  return relation === 'same' || relation === 'behind';
}

/** Share of the sources that have not followed a change of that age. */
const followed = (age: Millis, lag: Millis): number => 1 / (1 + (Math.max(0, age) / lag) ** 2);

/** Prior log-odds of another value against the one held. */
export function oddsOf<T>(scene: Scene<T>, held: Held<T>, value: T): number {
  switch (scene.topic.relation(value, held.value)) {
    case 'ahead':
      return scene.topic.step(held.value, value);
    case 'behind':
      return isRetreat(scene, held, value) ? CORRECTED : -scene.topic.step(value, held.value);
    case 'peer':
      return CORRECTED;
    default:
      // A goal given to the wrong side: the one is as likely as the other.
      return 0;
  }
}
