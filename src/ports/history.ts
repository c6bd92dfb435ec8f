import type { StoredEvent } from '../domain/event.ts';
import type { MatchId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { EpochMs } from '../domain/time.ts';
import type { MarketView, Position, ScoreView, Stream } from '../domain/view.ts';
import type { StoreHealth } from './live-store.ts';
import type { Part } from './part.ts';
import type { PollingOverride, PollingScope } from './polling.ts';
import type { DataKind } from './provider.ts';

/** Facts that are told in a match's score stream. */
export type FactKind = 'match_event' | 'race_result';

/** One committed change of a match, for keeping. */
export interface HistoryEntry {
  readonly matchId: MatchId;
  readonly stream: Stream;
  readonly position: Position;
  readonly kind: 'score_update' | 'score_correction' | 'market_update' | FactKind;
  readonly at: EpochMs;
  readonly view: ScoreView | readonly MarketView[];
  /** Of a fact, what its message carried: JSON values. It leaves the view as it was. */
  readonly data?: unknown;
  /** The pushed event that made the change; absent where a poll or the passing of time did. */
  readonly event?: Pick<StoredEvent, 'shardId' | 'sequenceNumber'>;
}

export interface HistoryQuery {
  readonly matchId: MatchId;
  readonly stream: Stream;
  readonly kind?: HistoryEntry['kind'];
  /** Only what came after this place. */
  readonly after?: Position;
  readonly limit: number;
}

/** An operator's decision on an interval; `interval: null` takes the override away. Spans in milliseconds. */
export interface OverrideChange {
  readonly scope: PollingScope;
  readonly kind: DataKind | null;
  readonly interval: number | null;
  readonly actor: string;
  readonly at: EpochMs;
}

export interface AuditEntry {
  readonly id: number;
  readonly at: EpochMs;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: unknown;
}

/**
 * What is kept for good. `keep` and `keepMatch` return at once: rows are written in batches, in order, and wait in a
 * bounded queue while Postgres is away; what falls out of the queue is counted (`lost`) and said.
 */
export interface History extends Part {
  keepMatch(match: Match): void;
  keep(entry: HistoryEntry): void;
  /** Resolves when all that was kept before the call is in Postgres (or lost). */
  flushed(): Promise<void>;
  read(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /** Matches that start at or after `since`, with their links: what matching has to know after a restart. */
  matches(since: EpochMs): Promise<readonly Match[]>;
  match(id: MatchId): Promise<Match | undefined>;
  /** The newest kept score of a match that is no longer live. */
  lastScore(id: MatchId): Promise<HistoryEntry | undefined>;
  overrides(): Promise<readonly PollingOverride[]>;
  /** Stores the override and its audit row in one transaction, then tells every replica. */
  changeOverride(change: OverrideChange): Promise<void>;
  /** Called (on every replica) after any replica changed an override, and after a reconnect. */
  onOverridesChanged(listener: () => void): () => void;
  audit(limit: number): Promise<readonly AuditEntry[]>;
  queue(): { readonly waiting: number; readonly lost: number };
  health(): StoreHealth;
}
