import type { MatchId } from '../domain/ids.ts';

/** What one field says about two fixtures being the same match: positive bits for, negative against. */
export interface Evidence {
  readonly field: 'prior' | 'home' | 'away' | 'start' | 'league' | 'sides';
  readonly bits: number;
  /** The names alone say less; that they mean one side was learned from the fixtures of both sources. */
  readonly isLearned?: boolean;
  /** Both values as they were given, for the reader. */
  readonly ours: string;
  readonly theirs: string;
}

/**
 * Why a near miss was not linked: `ambiguous` (a second match fits nearly as well), `weak` (not enough evidence),
 * `start_differs` (names fit, times do not quite), `double_header` (a day may have two matches of the same sides, and the
 * starts do not tell which), `qualifier_suspected` (both names carry the same unknown extra
 * word), `provider_has_other_id` (the provider names two fixtures that look like one).
 */
export type ReviewReason =
  | 'ambiguous'
  | 'weak'
  | 'start_differs'
  | 'double_header'
  | 'qualifier_suspected'
  | 'provider_has_other_id';

/** A known match that an observation may belong to, for a person to decide. */
export interface ReviewCandidate {
  readonly matchId: MatchId;
  readonly swapped: boolean;
  readonly probability: number;
  readonly why: ReviewReason;
  readonly evidence: readonly Evidence[];
}

/** Bits as a probability, kept inside (0, 1). */
export const probabilityOf = (bits: number): number =>
  Math.min(0.999_999_9, Math.max(0.000_000_1, 1 / (1 + 2 ** -bits)));
