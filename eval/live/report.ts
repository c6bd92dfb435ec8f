import type { SportId } from '../../src/domain/sports/index.ts';
import type { MatchStatus } from '../../src/domain/status.ts';
import type { Millis } from '../../src/domain/time.ts';

/** What one provider said of one match, as it reached us at `at`. */
export interface Report {
  readonly at: Millis;
  readonly provider: string;
  readonly matchId: string;
  readonly sport: SportId;
  readonly status: MatchStatus;
  readonly home: number;
  readonly away: number;
  readonly statedAt?: Millis;
}
