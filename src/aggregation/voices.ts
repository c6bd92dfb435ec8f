import type { Score } from '../domain/score.ts';
import { hasScore, type MatchStatus } from '../domain/status.ts';
import { after, type EpochMs, type Millis } from '../domain/time.ts';
import { isDoubtful } from './learning/score-memory.ts';
import { plainProfilesOf } from './plain-profiles.ts';
import type { Voice } from './scene.ts';
import type { Evidence } from './score-verdict.ts';

/** What a source that has the sides exchanged, perhaps, is worth. */
const DOUBTFUL = 0.1;
/** A silence of so many times the usual one is a failure. */
const SILENT_TIMES = 3;

/** What each source says of the status. */
export function statusVoices({ sources, now, policy }: Evidence): Voice<MatchStatus>[] {
  return sources.map((source) => {
    const { claim, provider, since, repeats, observedAt } = source;
    return {
      provider,
      repeats,
      value: claim.status,
      before: source.statusBefore,
      since: source.statusSince ?? since,
      profile: plainProfilesOf(provider, policy).status,
      heardUntil: now,
      weight: freshness(now - observedAt, policy.horizon[claim.status]),
    };
  });
}

/** What each source says of the score, as far as it says anything. */
export function scoreVoices(evidence: Evidence): Voice<Score>[] {
  const { match, sources, memory, experience, now, policy } = evidence;
  const voices: Voice<Score>[] = [];
  for (const source of sources) {
    const { claim, provider, since, repeats, observedAt } = source;
    if (claim.score === undefined || !hasScore(claim.status)) continue;
    const profile = experience.profile(match.sport, provider, plainProfilesOf(provider, policy).score);
    const horizon = Math.max(policy.horizon[claim.status], SILENT_TIMES * profile.silence);
    const fresh = freshness(now - observedAt, horizon);
    voices.push({
      provider,
      repeats,
      value: claim.score,
      before: source.scoreBefore,
      since: source.scoreSince ?? since,
      profile,
      heardUntil: heardUntil(observedAt, profile.silence, now),
      weight: isDoubtful(memory, provider) ? fresh * DOUBTFUL : fresh,
    });
  }
  return independent(voices, evidence);
}

const heardUntil = (observedAt: EpochMs, silence: Millis, now: EpochMs): EpochMs => {
  const until = after(observedAt, SILENT_TIMES * silence);
  return silence > 0 && until < now ? until : now;
};

/** The voices, those that only repeat others weighed as that. */
function independent(voices: Voice<Score>[], { match, experience }: Evidence): Voice<Score>[] {
  if (!experience.knowsDependence(match.sport)) return voices;
  return voices.map((voice) => {
    const share = shareOf(voice, voices, (other) =>
      experience.dependence(match.sport, voice.provider, other),
    );
    return share === 1 ? voice : { ...voice, weight: voice.weight * share };
  });
}

/** What is its own in what it says, when others said the same before. */
function shareOf(
  { provider, value, since }: Voice<Score>,
  voices: readonly Voice<Score>[],
  dependence: (other: Voice<Score>['provider']) => number,
): number {
  let share = 1;
  for (const other of voices) {
    if (other.provider === provider || other.value.home !== value.home || other.value.away !== value.away)
      continue;
    if (other.since < since || (other.since === since && other.provider < provider))
      share *= 1 - dependence(other.provider);
  }
  return share;
}

/** 1 up to half the horizon, then falling, to 0.3 at the horizon and 0 at twice of it. */
function freshness(age: Millis, horizon: Millis): number {
  if (age <= horizon / 2) return 1;
  if (age <= horizon) return 1 - (1.4 * (age - horizon / 2)) / horizon;
  return Math.max(0, 0.3 * (2 - age / horizon));
}
