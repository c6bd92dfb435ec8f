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

export interface Belief<T> extends Held<T> {
  readonly probability: number;
  /** When the passing of time alone may change the verdict. */
  readonly reconsiderAt: EpochMs | undefined;
}

interface Scene<T> {
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
/** How likely the truth is something that nobody says, set against a value that somebody says. */
const UNKNOWN = Math.log(2);
/** A source that has not followed yet says hardly anything against a change in its first moment. */
const LAG_START = 0.9;
/** From this freshness on a voice can contradict. */
const HEARD = 0.3;

/**
 * Decides what to hold: a Bayes filter over the value held and the values said. A late source is not a wrong one: a
 * change forward is taken from the first who says it, a step back needs evidence that carries it. The voices have to
 * come in a fixed order (by provider) for the sums to be the same to the last bit. `undefined` without any value.
 */
export function believe<T>(
  topic: Topic<T>,
  held: Held<T> | undefined,
  voices: readonly Voice<T>[],
  now: EpochMs,
  policy: MergePolicy,
): Belief<T> | undefined {
  const scene: Scene<T> = { topic, held, voices, now, policy };
  const next = held === undefined ? firstHeld(scene) : settled(scene, held);
  if (next === undefined) return undefined;
  const after: Scene<T> = next === held ? scene : { ...scene, held: next };
  return { ...next, probability: confidence(after, next), reconsiderAt: whenAgain(after, next) };
}

function candidates<T>({ topic, held, voices }: Scene<T>): T[] {
  const values: T[] = held ? [held.value] : [];
  for (const { value } of voices)
    if (!values.some((known) => topic.relation(value, known) === 'same')) values.push(value);
  return values;
}

function firstHeld<T>(scene: Scene<T>): Held<T> | undefined {
  const best = mostLikely(scene, candidates(scene));
  return best && { value: best.value, since: scene.now };
}

/**
 * Where the moves end: one may open the way to the next. When they lead in a circle the evidence does not decide, and
 * all stays.
 */
function settled<T>(scene: Scene<T>, held: Held<T>): Held<T> {
  const visited = [held];
  let at = held;
  for (;;) {
    const next = moved({ ...scene, held: at }, at);
    if (next === undefined) return at;
    if (visited.some(({ value }) => scene.topic.relation(value, next.value) === 'same')) return held;
    visited.push(next);
    at = next;
  }
}

/** The value to move to, or `undefined` to stay. */
function moved<T>(scene: Scene<T>, held: Held<T>): Held<T> | undefined {
  const values = candidates(scene);
  if (values.length === 1) return undefined;
  const { topic, policy, now } = scene;
  const best = mostLikely(scene, values);
  if (best && topic.relation(best.value, held.value) !== 'same') {
    const needed = isNext(scene, held, best.value) ? policy.acceptForward : policy.acceptBack;
    if (best.probability > needed) return { value: best.value, since: now };
  }
  return persistent(scene, held);
}

function mostLikely<T>(scene: Scene<T>, values: readonly T[]): { value: T; probability: number } | undefined {
  let best: T | undefined;
  let most = Number.NEGATIVE_INFINITY;
  const logs: number[] = [];
  for (const value of values) {
    const log = prior(scene, value) + likelihood(scene, value);
    logs.push(log);
    if (log > most) {
      most = log;
      best = value;
    }
  }
  if (best === undefined) return undefined;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  return { value: best, probability: 1 / sum };
}

function prior<T>(scene: Scene<T>, to: T): number {
  const { topic, held } = scene;
  if (held === undefined || topic.relation(to, held.value) === 'same') return 0;
  if (isNext(scene, held, to)) return topic.step(held.value, to);
  return topic.relation(to, held.value) === 'behind' && !isRetreat(scene, held, to) ? UNCONFIRMED : CORRECTED;
}

/** True when `to` is news in the ordinary course of events: not something that was corrected, or said all along. */
function isNext<T>(scene: Scene<T>, held: Held<T>, to: T): boolean {
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

function likelihood<T>(scene: Scene<T>, truth: T): number {
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

/** Where all fresh sources have gone and stayed, though the odds were against it. */
function persistent<T>({ topic, voices, now, policy }: Scene<T>, held: Held<T>): Held<T> | undefined {
  const heard = voices.filter((voice) => voice.weight >= HEARD);
  const value = heard[0]?.value;
  if (value === undefined || !heard.every((voice) => topic.relation(voice.value, value) === 'same'))
    return undefined;
  const relation = topic.relation(value, held.value);
  if (relation === 'same') return undefined;
  const stands = heard.some(
    ({ since, repeats }) => now - since >= policy.persistFor && repeats >= policy.persistRepeats,
  );
  return relation === 'ahead' || stands ? { value, since: now } : undefined;
}

/**
 * Probability of the value held: against each other value by how usual the one is after the other, whichever way
 * round, and against something that nobody says. Nothing here depends on who brought the value, so that losing a
 * source that agrees can only lower it.
 */
function confidence<T>(scene: Scene<T>, held: Held<T>): number {
  const { topic, voices } = scene;
  const own = likelihood(scene, held.value);
  let unknown = UNKNOWN;
  for (const voice of voices) unknown += voice.weight * Math.log(1 - voice.reliability);
  let against = Math.exp(unknown - own);
  for (const value of candidates(scene)) {
    if (topic.relation(value, held.value) === 'same') continue;
    against += Math.exp(oddsOf(scene, held, value) + likelihood(scene, value) - own);
  }
  return 1 / (1 + against);
}

/** Prior log-odds of another value against the one held. */
function oddsOf<T>(scene: Scene<T>, held: Held<T>, value: T): number {
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

function whenAgain<T>({ topic, voices, now, policy }: Scene<T>, held: Held<T>): EpochMs | undefined {
  let soonest: number | undefined;
  for (const voice of voices) {
    if (voice.weight < HEARD || topic.relation(voice.value, held.value) === 'same') continue;
    const stands = voice.since + policy.persistFor;
    const at = stands > now ? Math.min(stands, now + policy.recheck) : now + policy.recheck;
    if (soonest === undefined || at < soonest) soonest = at;
  }
  return soonest as EpochMs | undefined;
}
