import type { EventDraft, EventId, StoredEvent } from '../domain/event.ts';
import type { MatchId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Part } from './part.ts';

/**
 * What became of a draft. A `duplicate` answers with what was stored the first time. `refused` is what can never be
 * stored, whoever asks: not JSON, or text that no database takes; it does not touch its neighbours.
 */
export type AppendOutcome =
  | { readonly outcome: 'stored'; readonly event: StoredEvent }
  | { readonly outcome: 'duplicate'; readonly first: EventReceipt }
  | { readonly outcome: 'conflict'; readonly first: EventReceipt }
  | { readonly outcome: 'refused'; readonly reason: string };

export interface EventReceipt {
  readonly itemId: EventId;
  readonly shardId: number;
  readonly sequenceNumber: number;
  readonly receivedAt: EpochMs;
}

export interface EventQuery {
  readonly eventType?: string;
  readonly source?: string;
  readonly matchId?: MatchId;
  /** Received at or after, and before. */
  readonly since?: EpochMs;
  readonly until?: EpochMs;
  readonly limit: number;
  /** Only what is older than this place: the last row of the page before. */
  readonly before?: { readonly receivedAt: EpochMs; readonly itemId: EventId };
}

/** Why an event could not be processed; it is kept for a person to look at. */
export interface DeadLetter {
  readonly event: StoredEvent;
  readonly consumer: string;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: EpochMs;
}

/** How far a consumer has come in each shard; 0 before the first event. */
export type Cursors = ReadonlyMap<number, number>;

export type CommitListener = (events: readonly StoredEvent[], shards?: readonly number[]) => void;

/**
 * Every pushed event, once, in order per shard, on Postgres. What `append` resolves is committed and fsynced; it rejects
 * with `StoreError` when it cannot know that (the sender retries, and is told `duplicate` if it was stored after all).
 */
export interface EventLog extends Part {
  /** Many callers share one transaction. Outcomes are in the order of the drafts. */
  append(drafts: readonly EventDraft[]): Promise<readonly AppendOutcome[]>;
  /** Events of a shard after `sequenceNumber`, in order, at most `limit`. No committed event is ever skipped. */
  read(shardId: number, sequenceNumber: number, limit: number): Promise<readonly StoredEvent[]>;
  /**
   * Called with what this replica has committed, in order per shard; and with an empty list when another replica has
   * committed something, or when that may have been missed; `shards` then says where, when that is known.
   */
  onCommitted(listener: CommitListener): () => void;
  search(query: EventQuery): Promise<readonly StoredEvent[]>;
  /** Notes which match events turned out to be about. */
  placed(events: readonly { readonly event: StoredEvent; readonly matchId: MatchId }[]): Promise<void>;
  cursors(consumer: string): Promise<Cursors>;
  /** Never moves a cursor back. */
  saveCursors(consumer: string, cursors: Cursors): Promise<void>;
  bury(letter: DeadLetter): Promise<void>;
  deadLetters(query: {
    readonly limit: number;
    readonly before?: number;
  }): Promise<readonly (DeadLetter & { readonly id: number })[]>;
  /** Takes letters out for another try; those that do not exist are left out of the answer. */
  exhume(ids: readonly number[]): Promise<readonly DeadLetter[]>;
}
