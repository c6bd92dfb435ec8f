import type { StoredEvent } from '../../../domain/event.ts';
import type { Sql } from '../connect.ts';

/**
 * Knows the last number of each shard that this replica has heard of, so that asking now and then tells whether another
 * replica committed something and its notice was lost.
 */
export class HeadCheck {
  readonly #heads = new Map<number, number>();
  #hasGap = false;

  committed(events: readonly StoredEvent[]): void {
    for (const { shardId, sequenceNumber } of events) {
      const head = this.#heads.get(shardId) ?? 0;
      this.#hasGap ||= sequenceNumber > head + 1;
      if (sequenceNumber > head) this.#heads.set(shardId, sequenceNumber);
    }
  }

  /** True when there is something, since the last call, that we did not commit. */
  async hasMoved(sql: Sql): Promise<boolean> {
    const rows = await sql<{ shard_id: number; last_number: string }[]>`
      select shard_id, last_number from event_shards`;
    let moved = this.#hasGap;
    this.#hasGap = false;
    for (const { shard_id, last_number } of rows) {
      const last = Number(last_number);
      if (last <= (this.#heads.get(shard_id) ?? 0)) continue;
      this.#heads.set(shard_id, last);
      moved = true;
    }
    return moved;
  }
}
