import type { ProviderId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Profile } from './learning/profile.ts';
import type { MergePolicy } from './policy.ts';

/** What one source says about one topic (score or status), ready to be weighed. */
export interface Voice<T> {
  readonly provider: ProviderId;
  readonly value: T;
  readonly before: T | undefined;
  readonly since: EpochMs;
  readonly repeats: number;
  readonly profile: Profile;
  /** Until when its silence tells that it has nothing new to say. */
  readonly heardUntil: EpochMs;
  /** Freshness times independence, 0 to 1. */
  readonly weight: number;
}

/** How `said` stands to `truth`: a late source says what is `behind`; of two `peer`s each can follow the other. */
export type Relation = 'same' | 'behind' | 'ahead' | 'peer' | 'apart';

/** What differs between score and status. */
export interface Topic<T> {
  readonly relation: (said: T, truth: T) => Relation;
  /** Logarithm of how usual it is that `to` comes next after `from`, for `to` ahead of `from` or its peer. */
  readonly step: (from: T, to: T) => number;
  /** True when the one is the other with something given to the wrong side. */
  readonly isMirrored: (said: T, truth: T) => boolean;
}

/** What we hold to be true, and about since when. */
export interface Held<T> {
  readonly value: T;
  readonly since: EpochMs;
}

/** All that is at hand when a value is judged. */
export interface Scene<T> {
  readonly topic: Topic<T>;
  readonly held: Held<T> | undefined;
  readonly voices: readonly Voice<T>[];
  /** Values that were held lately and taken back. */
  readonly left: readonly T[];
  /** Logarithm of how usual it is that something is taken back. */
  readonly corrected: number;
  readonly now: EpochMs;
  readonly policy: MergePolicy;
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

/** True when a source has come to that value since we hold another: it says it anew, and is not left over. */
export const isNew = <T>({ topic, voices }: Scene<T>, held: Held<T>, value: T): boolean =>
  voices.some(
    (voice) =>
      voice.since > held.since &&
      topic.relation(voice.value, value) === 'same' &&
      voice.before !== undefined &&
      topic.relation(voice.before, value) === 'behind',
  );

/** True when that value was taken back lately: by us, or by sources that agree with us. */
export const wasLeft = <T>(
  { topic, voices, left, now, policy }: Scene<T>,
  held: Held<T>,
  value: T,
): boolean =>
  left.some((old) => topic.relation(old, value) === 'same') ||
  voices.some(
    (voice) =>
      voice.before !== undefined &&
      now - voice.since < policy.recentlyLeft &&
      topic.relation(voice.value, held.value) === 'same' &&
      topic.relation(voice.before, value) === 'same',
  );

/** True when some source came to `to` from what we hold, or from beyond it. */
export const isRetreat = <T>({ topic, voices }: Scene<T>, held: Held<T>, to: T): boolean =>
  voices.some((voice) => {
    if (voice.before === undefined || topic.relation(voice.value, to) !== 'same') return false;
    const from = topic.relation(voice.before, held.value);
    return from === 'same' || from === 'ahead';
  });

/**
 * Since when anybody says so: of those who came to it after what we hold, if any did, since others may be left over from
 * an earlier time.
 */
export function arrival<T>({ topic, voices, held, now }: Scene<T>, value: T): EpochMs {
  let first = now;
  let newcomer: EpochMs | undefined;
  for (const voice of voices) {
    if (topic.relation(voice.value, value) !== 'same') continue;
    if (voice.since < first) first = voice.since;
    if (held && voice.since > held.since && (newcomer === undefined || voice.since < newcomer))
      newcomer = voice.since;
  }
  return newcomer ?? first;
}

/** The source was there already, and has gone back since `since`: it is not late, it says no. */
export function wentBack<T>(topic: Topic<T>, voice: Voice<T>, truth: T, since: EpochMs): boolean {
  if (voice.before === undefined || voice.since < since) return false;
  const relation = topic.relation(truth, voice.before);
  return relation === 'same' || relation === 'behind';
}
