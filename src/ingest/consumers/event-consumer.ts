import type { StoredEvent } from '../../domain/event.ts';
import type { Cursors } from '../../ports/event-log.ts';

/**
 * What became of an event: `done`, `repeated` (it had been done before), `unresolved` (it speaks of a match that nobody
 * has introduced), `ignored` (it says nothing to this consumer).
 */
export type Handled = 'done' | 'repeated' | 'unresolved' | 'ignored';

/** What follows the event log: at least once, in order per shard, on one replica at a time. */
export interface EventConsumer {
  /** Its cursors are kept under this name. */
  readonly name: string;
  /** How many events it is handed at once. */
  readonly batch: number;
  /** Called at once when this replica leads; `begun` resolves when `begin` is done, or will not be. */
  beforeBegin?(begun: Promise<void>): void;
  /** Called when this replica begins to lead, before anything is handled. Called again when it rejects. */
  begin?(cursors: Cursors): Promise<void>;
  /**
   * Where to go on in a shard, given how far we think it has come: at the beginning, and after the store it writes to
   * was away.
   */
  resume?(shardId: number, cursor: number): Promise<number>;
  /**
   * Handles consecutive events of one shard, in order. After a rejection all of them come again. A retryable
   * `StoreError` means that nothing is wrong with the events.
   */
  handle(events: readonly StoredEvent[]): Promise<readonly Handled[]>;
  /** Handles an event again that was given up before, out of its order. */
  handleLate(event: StoredEvent): Promise<Handled>;
  /** Everything handled so far is about to be noted as done. */
  settle?(): Promise<void>;
}
