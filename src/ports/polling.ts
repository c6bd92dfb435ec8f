import type { LeagueId, MatchId, ProviderId } from '../domain/ids.ts';
import type { SportId } from '../domain/sports/index.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { DataKind } from './provider.ts';
import { STREAM_STATES, type StreamState } from './provider-health.ts';

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
 * - `standby` while another replica polls, or the stream that it stands in for is open
 * - `connecting`, `open`, `silent`, `reconnecting`: of a stream, see `StreamState`
 */
export type TaskState = PollState | StreamState;
export type PollState = 'waiting' | 'polling' | 'backing_off' | 'stopped' | 'standby';
const POLL_STATES: readonly PollState[] = ['waiting', 'polling', 'backing_off', 'stopped', 'standby'];
export const TASK_STATES: readonly TaskState[] = [...new Set<TaskState>([...POLL_STATES, ...STREAM_STATES])];

export interface TaskStatus {
  readonly taskId: string;
  readonly provider: ProviderId;
  readonly kind: DataKind | 'stream';
  readonly scope: PollingScope;
  /** Of a stream: how often it should be heard. */
  readonly intervalMs: Millis;
  /** Where the interval comes from: `override:task`, `override:league`, `match`, `league`, `sport`, `default`, … */
  readonly intervalSource: string;
  /** In words, every bend included: `in_play (default) 10 s; raised to 12 s by Cache-Control`. */
  readonly reason: string;
  readonly phase: MatchPhase;
  readonly state: TaskState;
  readonly matches: number;
  /** Of a stream: its last message. */
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

export type TaskCounts = Readonly<Record<PollState, number>> & Readonly<Partial<Record<StreamState, number>>>;

/** What routes ask of the polling manager. */
export interface PollingControl {
  status(): PollingStatus;
  /** States that only streams have are left out where there is no stream. */
  counts(): TaskCounts;
  /** Keeps the change, audits it, applies it, and answers the tasks it touches. Throws `PollingError`. */
  change(change: PollingChange, actor: string): Promise<readonly TaskStatus[]>;
}
