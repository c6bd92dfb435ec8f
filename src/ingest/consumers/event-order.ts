import type { StoredEvent } from '../../domain/event.ts';

/**
 * Events of several shards in the order in which they were received, those of one shard in the order of their numbers
 * even where that is another.
 */
export function inOrder(events: readonly StoredEvent[]): readonly StoredEvent[] {
  const sorted = [...events].sort((a, b) => a.shardId - b.shardId || a.sequenceNumber - b.sequenceNumber);
  let shardId = -1;
  let latest = 0;
  const placed = sorted.map((event) => {
    latest = event.shardId === shardId ? Math.max(latest, event.receivedAt) : event.receivedAt;
    shardId = event.shardId;
    return { event, at: latest };
  });
  return placed.sort((a, b) => a.at - b.at).map(({ event }) => event);
}
