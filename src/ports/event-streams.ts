import type { StoredEvent } from '../domain/event.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Part } from './part.ts';

/**
 * Committed events for others to follow: one stream a shard, the entry of an event numbered like the event. Everything
 * but `start` and `stop` rejects with `StoreError`, a retryable one while the store is away.
 */
export interface EventStreams extends Part {
  /** The greatest number the shard's stream ever had; 0 for a stream that is not there. */
  last(shardId: number): Promise<number>;
  /**
   * Appends consecutive events of one shard; those the stream has already are passed over. Appends nothing and answers
   * `lost` when the stream has not come as far as `reached`: it has lost what came before.
   */
  append(events: readonly StoredEvent[], reached: number): Promise<'appended' | 'lost'>;
  /** Appends an event that was left out, behind everything there is; passed over when it is in its own place after all. */
  appendLate(event: StoredEvent): Promise<void>;
  /** Removes, roughly, the entries of events received before `before`. */
  trim(shardId: number, before: EpochMs): Promise<void>;
}
