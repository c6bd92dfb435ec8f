import type { ExternalId, LeagueId, MatchId, MatchLink } from './ids.ts';
import type { SportId } from './sports/index.ts';
import type { EpochMs } from './time.ts';

/** A team, player or runner, as somebody names it. */
export interface Competitor {
  readonly name: string;
  /** `PHI`, `ARS`: evidence for matching, never shown as the name. */
  readonly abbreviation?: string;
  readonly externalId?: ExternalId;
}

/** How exactly a start time is known. A `day` is midnight UTC of the local date, a `week` that of its first date. */
export type StartPrecision = 'minute' | 'day' | 'week';

/**
 * What a source says about which match it speaks of. Competitors and start may be missing (some odds feeds carry only
 * their fixture's id): such a reference resolves only through a link that is already known.
 */
export interface MatchReference {
  readonly externalId: ExternalId;
  /** Our id, where the source names the match by it: then nothing else is looked at. */
  readonly matchId?: MatchId;
  readonly sport: SportId;
  readonly league?: LeagueId;
  /** The source's own name of the league, kept for people and for matching leagues we do not know. */
  readonly leagueName?: string;
  readonly competitors?: { readonly home: Competitor; readonly away: Competitor };
  readonly startsAt?: EpochMs;
  readonly startPrecision?: StartPrecision;
}

/** A match as we know it: one identity, and every provider's name for it. */
export interface Match {
  readonly id: MatchId;
  readonly sport: SportId;
  readonly league: LeagueId;
  readonly leagueName: string;
  readonly home: Competitor;
  readonly away: Competitor;
  readonly startsAt: EpochMs;
  readonly startPrecision: StartPrecision;
  readonly links: readonly MatchLink[];
  readonly createdAt: EpochMs;
}
