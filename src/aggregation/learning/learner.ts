import type { ProviderId } from '../../domain/ids.ts';
import {
  NO_KNOWLEDGE,
  type SourceKnowledge,
  type SourceRecord,
  type SportKnowledge,
} from '../../domain/source-knowledge.ts';
import type { SportId } from '../../domain/sports/index.ts';
import type { Millis } from '../../domain/time.ts';
import { quantile } from './delays.ts';
import { learn } from './learn.ts';
import type { Lesson } from './lesson.ts';
import { learnedProfile, type Profile } from './profile.ts';

/** What a merge asks of experience. */
export interface Experience {
  /** The profile of a source in a sport, made from that of which nothing is known. */
  readonly profile: (sport: SportId, provider: ProviderId, plain: Profile) => Profile;
  /** By how much the source is later than the quickest at its best. */
  readonly headStart: (sport: SportId, provider: ProviderId) => Millis;
  /** How likely the one is wrong in the words of the other, 0 to 1. */
  readonly dependence: (sport: SportId, a: ProviderId, b: ProviderId) => number;
  /** True when any two sources were ever wrong together. */
  readonly knowsDependence: (sport: SportId) => boolean;
  /** How often the score changes, per millisecond of play. */
  readonly changeRate: (sport: SportId) => number;
  /** How many of the changes are taken back; `undefined` while nothing is known. */
  readonly correctionRate: (sport: SportId) => number | undefined;
}

type Pairs = ReadonlyMap<ProviderId, ReadonlyMap<ProviderId, number>>;

/** So much has to be known for a source to set the pace. */
const KNOWN_DELAYS = 3;
/** Corrections are rare until they are seen, and that is worth so many changes. */
const RARE = 0.007;
const CHANGES_BEFORE = 30;
/** What coincidences count for against a common origin. */
const COINCIDENCES = 2;

/** Experience that grows: the knowledge is plain data and changes by `learn` alone; profiles are made from it once. */
export class Learner implements Experience {
  #knowledge: SourceKnowledge;
  readonly #profiles = new WeakMap<SourceRecord, { readonly plain: Profile; readonly profile: Profile }>();
  readonly #soonest = new WeakMap<SportKnowledge, ReadonlyMap<ProviderId, Millis>>();

  readonly #pairs = new WeakMap<SportKnowledge, Pairs>();

  constructor(knowledge: SourceKnowledge = NO_KNOWLEDGE) {
    this.#knowledge = knowledge;
  }

  get knowledge(): SourceKnowledge {
    return this.#knowledge;
  }

  learn(lessons: readonly Lesson[]): void {
    if (lessons.length > 0) this.#knowledge = learn(this.#knowledge, lessons);
  }

  profile(sport: SportId, provider: ProviderId, plain: Profile): Profile {
    const record = this.#record(sport, provider);
    if (record === undefined) return plain;
    const known = this.#profiles.get(record);
    if (known?.plain === plain) return known.profile;
    const profile = learnedProfile(plain, record);
    this.#profiles.set(record, { plain, profile });
    return profile;
  }

  headStart(sport: SportId, provider: ProviderId): Millis {
    const known = this.#knowledge.sports[sport];
    if (known === undefined) return 0;
    let soonest = this.#soonest.get(known);
    if (soonest === undefined) {
      soonest = soonestOf(known);
      this.#soonest.set(known, soonest);
    }
    return soonest.get(provider) ?? 0;
  }

  dependence(sport: SportId, a: ProviderId, b: ProviderId): number {
    return this.#pairsOf(sport)?.get(a)?.get(b) ?? 0;
  }

  knowsDependence(sport: SportId): boolean {
    return (this.#pairsOf(sport)?.size ?? 0) > 0;
  }

  #pairsOf(sport: SportId): Pairs | undefined {
    const known = this.#knowledge.sports[sport];
    if (known === undefined) return undefined;
    let pairs = this.#pairs.get(known);
    if (pairs === undefined) {
      pairs = pairsOf(known);
      this.#pairs.set(known, pairs);
    }
    return pairs;
  }

  changeRate(sport: SportId): number {
    const known = this.#knowledge.sports[sport];
    return known && known.played > 0 ? known.changes / known.played : 0;
  }

  correctionRate(sport: SportId): number | undefined {
    const known = this.#knowledge.sports[sport];
    return known && (known.corrections + RARE * CHANGES_BEFORE) / (known.changes + CHANGES_BEFORE);
  }

  #record(sport: SportId, provider: ProviderId): SourceRecord | undefined {
    return this.#knowledge.sports[sport]?.sources[provider];
  }
}

/** Of each source, by how much its best is later than the best of all. */
function soonestOf({ sources }: SportKnowledge): ReadonlyMap<ProviderId, Millis> {
  const best = new Map<ProviderId, Millis>();
  for (const [provider, { delays }] of Object.entries(sources) as [ProviderId, SourceRecord][]) {
    const soonest =
      delays.reduce((sum, n) => sum + n, 0) >= KNOWN_DELAYS ? quantile(delays, 0.03) : undefined;
    if (soonest !== undefined) best.set(provider, soonest);
  }
  const least = Math.min(...best.values());
  for (const [provider, soonest] of best) best.set(provider, soonest - least);
  return best;
}

/** How likely each source is wrong in the words of each other, in either direction. */
function pairsOf({ sources }: SportKnowledge): Pairs {
  const pairs = new Map<ProviderId, Map<ProviderId, number>>();
  const note = (a: ProviderId, b: ProviderId, chance: number): void => {
    const known = pairs.get(a) ?? new Map<ProviderId, number>();
    pairs.set(a, known.set(b, Math.max(chance, known.get(b) ?? 0)));
  };
  for (const [provider, record] of Object.entries(sources) as [ProviderId, SourceRecord][])
    for (const [other, times] of Object.entries(record.wrongWith) as [ProviderId, number][]) {
      const chance = times / (record.mirrored + record.madeUp + COINCIDENCES);
      note(provider, other, chance);
      note(other, provider, chance);
    }
  return pairs;
}

/** Of whom nothing is known. */
export const NO_EXPERIENCE: Experience = {
  profile: (_sport, _provider, plain) => plain,
  headStart: () => 0,
  dependence: () => 0,
  knowsDependence: () => false,
  changeRate: () => 0,
  correctionRate: () => undefined,
};
