import { type Millis, seconds } from '../domain/time.ts';
import { arrival, type Held, isNext, isRetreat, type Scene, type Voice } from './scene.ts';

/** From this freshness on a voice can contradict, and be waited for. */
export const HEARD = 0.3;

/** What should have been confirmed by now is waited for a little longer. */
const OVERDUE: Millis = seconds(10);

/** The posterior a value needs for the view to move to it; `Infinity`: on no evidence of this kind. */
export function threshold<T>(scene: Scene<T>, held: Held<T>, value: T): number {
  const { policy, topic } = scene;
  if (isNext(scene, held, value)) return forward(scene, held, value);
  const relation = topic.relation(value, held.value);
  if (relation === 'ahead') return hasStood(scene, value) ? policy.acceptForward : policy.acceptAgain;
  if (topic.isMirrored(value, held.value)) return policy.acceptMirrored;
  return isRetreat(scene, held, value) && isAlone(scene, value)
    ? Number.POSITIVE_INFINITY
    : policy.acceptBack;
}

/**
 * News is worth waiting for its confirmation as long as that comes soon: to show what is not so costs as much as to be
 * late by `policy.worthWaiting`.
 */
function forward<T>(scene: Scene<T>, held: Held<T>, value: T): number {
  const { policy } = scene;
  const wait = untilConfirmed(scene, held, value);
  if (wait === undefined) return policy.acceptForward;
  return Math.max(policy.acceptForward, policy.worthWaiting / (policy.worthWaiting + wait));
}

/** How long until the next of those who are expected to follow does, as far as their delays are known. */
function untilConfirmed<T>(scene: Scene<T>, held: Held<T>, value: T): Millis | undefined {
  const { topic, voices, now } = scene;
  const began = arrival(scene, value);
  let headStart = Number.POSITIVE_INFINITY;
  for (const { profile, since, value: said } of voices)
    if (since >= began && topic.relation(said, value) === 'same')
      headStart = Math.min(headStart, profile.median ?? 0);
  let soonest: Millis | undefined;
  for (const { profile, value: said, weight } of voices) {
    const { median, slowest } = profile;
    if (median === undefined || slowest === undefined || weight < HEARD) continue;
    if (topic.relation(said, held.value) !== 'same') continue;
    const age = now - began + headStart;
    const wait = age < median ? median - age : (slowest - age) / 2;
    const left = wait > 0 ? wait : OVERDUE;
    if (soonest === undefined || left < soonest) soonest = left;
  }
  return soonest;
}

/** True when a single source went back, and has not stood by it for long, while others are heard. */
function isAlone<T>({ topic, voices, now, policy }: Scene<T>, value: T): boolean {
  const heard = voices.filter(({ weight }) => weight >= HEARD);
  const tellers = heard.filter((voice) => topic.relation(voice.value, value) === 'same');
  const [only] = tellers;
  if (tellers.length !== 1 || only === undefined || heard.length === 1) return false;
  return !stands(only, now, policy);
}

const hasStood = <T>({ topic, voices, now, policy }: Scene<T>, value: T): boolean =>
  voices.some((voice) => topic.relation(voice.value, value) === 'same' && stands(voice, now, policy));

/** True when the source has said it for so long, and so often, that it is no slip. */
export const stands = <T>(
  { since, repeats }: Voice<T>,
  now: number,
  { persistFor, persistRepeats }: Scene<T>['policy'],
): boolean => now - since >= persistFor && repeats >= persistRepeats;
