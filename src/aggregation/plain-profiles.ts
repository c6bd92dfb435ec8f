import type { ProviderId } from '../domain/ids.ts';
import { type Profile, plainProfile } from './learning/profile.ts';
import { type MergePolicy, reliabilityOf } from './policy.ts';

type Topic = 'score' | 'status';

// Made once per policy: profiles are compared by identity, and made for every source of every merge.
const made = new WeakMap<MergePolicy, Map<string, Profile>>();

/** What is believed of a source on a topic before anything is known of it. */
export function plainProfileOf(provider: ProviderId, topic: Topic, policy: MergePolicy): Profile {
  const reliability = reliabilityOf(provider, policy);
  const key = `${topic} ${reliability}`;
  const known = made.get(policy) ?? new Map<string, Profile>();
  made.set(policy, known);
  const profile =
    known.get(key) ?? plainProfile(reliability, topic === 'score' ? policy.scoreLag : policy.statusLag);
  known.set(key, profile);
  return profile;
}
