import type { ProviderId } from '../domain/ids.ts';
import { type Profile, plainProfile } from './learning/profile.ts';
import { type MergePolicy, reliabilityOf } from './policy.ts';

interface PlainProfiles {
  readonly score: Profile;
  readonly status: Profile;
}

// Made once per policy: profiles are compared by identity, and asked for by every source of every merge.
const made = new WeakMap<MergePolicy, Map<ProviderId | undefined, PlainProfiles>>();

/** What is believed of a source before anything is known of it. */
export function plainProfilesOf(provider: ProviderId, policy: MergePolicy): PlainProfiles {
  let all = made.get(policy);
  if (all === undefined) {
    all = new Map();
    made.set(policy, all);
  }
  const key = policy.reliability.has(provider) ? provider : undefined;
  let profiles = all.get(key);
  if (profiles === undefined) {
    const reliability = reliabilityOf(provider, policy);
    profiles = {
      score: plainProfile(reliability, policy.scoreLag),
      status: plainProfile(reliability, policy.statusLag),
    };
    all.set(key, profiles);
  }
  return profiles;
}
