import type { ProviderId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { Fixture } from './fixture.ts';
import type { TeamNode } from './roster.ts';
import type { Start } from './start-fit.ts';

/** What one source calls a match: its names in the match's own order of sides. */
export interface Saying {
  readonly provider: ProviderId;
  readonly fixture: Fixture;
  readonly home: TeamNode;
  readonly away: TeamNode;
  readonly entry: IndexedMatch;
}

/** A match with everything read from it once. Its first saying is of the source it came from. */
export interface IndexedMatch {
  match: Match;
  readonly start: Start;
  readonly sayings: Saying[];
  /** Scratch of the search under way: which search saw it, and on which sides. */
  seenBy: number;
  sides: number;
}
