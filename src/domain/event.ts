import type { Brand, MatchId } from './ids.ts';
import { spread } from './spread.ts';
import type { EpochMs } from './time.ts';

/** Our id of a pushed event: `ev_` and 24 characters, told to the sender. */
export type EventId = Brand<string, 'EventId'>;

/** How many ordered lanes events are spread over. It can grow later, never shrink: numbers live per shard. */
export const SHARDS = 16;

/**
 * A fact that somebody pushed, valid by the schema of its type, not yet stored. `source` and `externalId` are its
 * identity for ever; a sender that gave no id gets one made, and is told it.
 */
export interface EventDraft {
  readonly itemId: EventId;
  /** Who pushed it: a feed's id, or the name an `/ingest` sender gives itself. `[A-Za-z0-9._-]{1,64}` */
  readonly source: string;
  readonly eventType: string;
  /** JSON text of `data`, as it came. */
  readonly data: string;
  /** The source's id of the event, or its `Idempotency-Key`. At most 200 characters. */
  readonly externalId: string;
  /** Hash over type and data in a canonical order: the same id with another hash is a conflict. */
  readonly bodyHash: string;
  /** The sender's own time; absent when it gave none, never filled in with ours. */
  readonly occurredAt?: EpochMs;
  readonly receivedAt: EpochMs;
  /**
   * What the event is about, in whose order it is kept: `match:<our id>` where the source names it by that,
   * `<source>:<its match id>`, or `type:<type>`. Decides the shard, so it must not change once a match becomes known.
   */
  readonly subject: string;
  /** Our match, where it was known on arrival. */
  readonly matchId?: MatchId;
}

/** An event that is committed. `sequenceNumber` grows by one in its shard and never repeats. */
export interface StoredEvent extends EventDraft {
  readonly shardId: number;
  readonly sequenceNumber: number;
}

/** Of each shard the number of the last event that something has taken in. */
export type EventMarks = Readonly<Record<number, number>>;

/** True for an event that lies behind its shard's mark: it has been taken in. */
export const isTakenIn = (
  { shardId, sequenceNumber }: Pick<StoredEvent, 'shardId' | 'sequenceNumber'>,
  marks: EventMarks | undefined,
): boolean => sequenceNumber <= (marks?.[shardId] ?? 0);

/** The lane of a subject. */
export const shardOf = (subject: string): number => spread(subject) % SHARDS;
