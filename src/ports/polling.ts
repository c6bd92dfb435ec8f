import type { LeagueId, MatchId, ProviderId } from '../domain/ids.ts';
import type { SportId } from '../domain/sports/index.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { DataKind } from './provider.ts';

export const MIN_INTERVAL: Millis = 250;
export const MAX_INTERVAL: Millis = 86_400_000;

/** What an interval is set for: one task, or a match, league, sport, or everything. */
export interface PollingScope {
  readonly taskId?: string;
  readonly sport?: SportId;
  readonly league?: LeagueId;
  readonly matchId?: MatchId;
}

/** An operator's interval for a scope. `kind: null` means scores and markets. */
export interface PollingOverride {
  readonly scope: PollingScope;
  readonly kind: DataKind | null;
  readonly interval: Millis;
  readonly actor: string;
  readonly at: EpochMs;
}

/** How near to play the most urgent match of a target is. */
export type MatchPhase = 'far_off' | 'soon' | 'in_play' | 'just_finished' | 'over';

/**
 * - `waiting` for its next tick · `polling` now · `backing_off` after failures or a full quota
 * - `stopped` by a refused key or request; only an operator or a restart wakes it
 * - `standby` while another replica polls
 */
export type TaskState = 'waiting' | 'polling' | 'backing_off' | 'stopped' | 'standby';

export interface TaskStatus {
  readonly taskId: string;
  readonly provider: ProviderId;
  readonly kind: DataKind;
  readonly scope: PollingScope;
  readonly intervalMs: Millis;
  /** Where the interval comes from: `override:task`, `override:league`, `match`, `league`, `sport`, `default`, … */
  readonly intervalSource: string;
  /** In words, every bend included: `in_play (default) 10 s; raised to 12 s by Cache-Control`. */
  readonly reason: string;
  readonly phase: MatchPhase;
  readonly state: TaskState;
  readonly matches: number;
  readonly lastRunAt: EpochMs | null;
  readonly lastDurationMs: Millis | null;
  readonly lastErrorCode: string | null;
  readonly nextRunAt: EpochMs | null;
  readonly runs: number;
  readonly failures: number;
}

export interface PollingStatus {
  /** `leader` polls, `standby` serves what the leader polls. */
  readonly role: 'leader' | 'standby';
  readonly tree: unknown;
  readonly overrides: readonly PollingOverride[];
  readonly tasks: readonly TaskStatus[];
}

export type PollingChange =
  | { readonly taskId: string; readonly interval: Millis | null }
  | {
      readonly scope: PollingScope;
      readonly kind?: DataKind;
      readonly interval: Millis | null;
    };

/** What routes ask of the polling manager. */
export interface PollingControl {
  status(): PollingStatus;
  counts(): Readonly<Record<TaskState, number>>;
  /** Keeps the change, audits it, applies it, and answers the tasks it touches. Throws `PollingError`. */
  change(change: PollingChange, actor: string): Promise<readonly TaskStatus[]>;
}
