import type { ProviderId } from './ids.ts';
import type { MarketClaim } from './market.ts';
import type { MatchReference } from './match.ts';
import type { MatchClock, Score } from './score.ts';
import type { MatchStatus } from './status.ts';
import type { EpochMs } from './time.ts';

/** What a source says about the state of play. */
export interface ScoreClaim {
  readonly status: MatchStatus;
  /** Extra time included, shoot-out excluded. Absent before the start, and whenever the source does not tell. */
  readonly score?: Score;
  /** As the sport names it (`2nd Half`, `3rd Quarter`), made by `periodName` of the sport where the wire has a number. */
  readonly period?: string;
  readonly clock?: MatchClock;
  /** Goals of a penalty shoot-out, never part of `score`. */
  readonly shootout?: Score;
}

/** What an adapter makes of one element of a provider's body: domain values, not yet stamped by the host. */
export interface Statement {
  readonly match: MatchReference;
  /** The provider's own time of this statement; absent when it gives none, never filled in with ours. */
  readonly statedAt?: EpochMs;
  readonly score?: ScoreClaim;
  /** All the source offers on this match now: a market that is missing is no longer offered. Absent = says nothing. */
  readonly markets?: readonly MarketClaim[];
  /** `markets` are not all: of the others that the source offers it says nothing, they stand. */
  readonly partial?: boolean;
}

/** What one provider said about one match at one moment. `requestedAt` and `receivedAt` are ours, stamped by the host. */
export interface Observation extends Statement {
  readonly provider: ProviderId;
  readonly requestedAt: EpochMs;
  readonly receivedAt: EpochMs;
}

/** Stamps an adapter's statements with who said them and when we asked and heard. */
export function observe(
  statements: readonly Statement[],
  stamp: Pick<Observation, 'provider' | 'requestedAt' | 'receivedAt'>,
): Observation[] {
  return statements.map((statement) => ({ ...statement, ...stamp }));
}
