import type { EpochMs } from '../domain/time.ts';
import { CORRECTED, happened, likelihood, oddsOf, prior } from './chances.ts';
import type { MergePolicy } from './policy.ts';
import { arrival, type Held, type Scene, type Topic, type Voice } from './scene.ts';
import { HEARD, stands, threshold } from './threshold.ts';

export interface Belief<T> extends Held<T> {
  readonly probability: number;
  /** When the passing of time alone may change the verdict. */
  readonly reconsiderAt: EpochMs | undefined;
}

/** What besides the voices bears on a belief. */
export interface Circumstances<T> extends Pick<Scene<T>, 'left' | 'corrected'> {
  /** How likely something has changed that nobody can have told yet. */
  readonly unseen: number;
}

/** How likely something has changed that nobody can have told yet, where the pace of the sport is not known. */
const UNSEEN = 0.002;

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
  { left = [], corrected = CORRECTED, unseen = UNSEEN }: Partial<Circumstances<T>> = {},
): Belief<T> | undefined {
  const scene: Scene<T> = { topic, held, voices, left, corrected, now, policy };
  const next = held === undefined ? firstHeld(scene) : settled(scene, held);
  if (next === undefined) return undefined;
  const after: Scene<T> = next === held ? scene : { ...scene, held: next };
  return { ...next, probability: confidence(after, next, unseen), reconsiderAt: whenAgain(after, next) };
}

const isUndisputed = <T>({ topic, voices }: Scene<T>, held: Held<T>): boolean =>
  voices.every((voice) => topic.relation(voice.value, held.value) === 'same');

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
  if (isUndisputed(scene, held)) return undefined;
  const values = candidates(scene);
  const { topic } = scene;
  const best = mostLikely(scene, values);
  if (best && topic.relation(best.value, held.value) !== 'same') {
    const probability = best.probability * (1 - mirrorOdds(scene, best.value));
    if (probability > threshold(scene, held, best.value))
      return { value: best.value, since: happened(scene, best.value, arrival(scene, best.value)) };
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

/** Where all fresh sources have gone and stayed, though the odds were against it. */
function persistent<T>({ topic, voices, now, policy }: Scene<T>, held: Held<T>): Held<T> | undefined {
  const heard = voices.filter((voice) => voice.weight >= HEARD);
  const value = heard[0]?.value;
  if (value === undefined || !heard.every((voice) => topic.relation(voice.value, value) === 'same'))
    return undefined;
  const relation = topic.relation(value, held.value);
  if (relation === 'same') return undefined;
  return relation === 'ahead' || heard.some((voice) => stands(voice, now, policy))
    ? { value, since: now }
    : undefined;
}

/**
 * Probability of the value held: against each other value by how usual the one is after the other, whichever way
 * round, and against something that nobody says. Nothing here depends on who brought the value, so that losing a
 * source that agrees can only lower it.
 */
function confidence<T>(scene: Scene<T>, held: Held<T>, unseen: number): number {
  const { topic, voices } = scene;
  let unknown = 0;
  let fresh = 0;
  for (const { profile, value, weight } of voices) {
    if (topic.relation(value, held.value) !== 'same') continue;
    unknown += weight * Math.log((1 - profile.right) / profile.right);
    if (weight > fresh) fresh = weight;
  }
  // When nobody has spoken for long, something else is twice as likely as not.
  let against = unseen + (2 - fresh) * Math.exp(unknown);
  if (isUndisputed(scene, held)) return 1 / (1 + against);
  const own = likelihood(scene, held.value);
  for (const value of candidates(scene)) {
    if (topic.relation(value, held.value) === 'same') continue;
    against += Math.exp(oddsOf(scene, held, value) + likelihood(scene, value) - own);
  }
  return 1 / (1 + against);
}

/** How likely all who say it give it to the wrong side. */
function mirrorOdds<T>({ topic, voices }: Scene<T>, value: T): number {
  let log = 0;
  for (const voice of voices)
    if (topic.relation(voice.value, value) === 'same') log += voice.weight * Math.log(voice.profile.mirrored);
  return Math.exp(log);
}

function whenAgain<T>({ topic, voices, now, policy }: Scene<T>, held: Held<T>): EpochMs | undefined {
  let soonest: number | undefined;
  for (const voice of voices) {
    if (voice.weight < HEARD || topic.relation(voice.value, held.value) === 'same') continue;
    const stood = voice.since + policy.persistFor;
    const at = stood > now ? Math.min(stood, now + policy.recheck) : now + policy.recheck;
    if (soonest === undefined || at < soonest) soonest = at;
  }
  return soonest as EpochMs | undefined;
}
