import { type EventDraft, type EventId, SHARDS, shardOf } from '../../src/domain/event.ts';
import { randomText } from '../../src/platform/random-text.ts';
import { systemClock } from '../../src/platform/system-clock.ts';

let made = 0;

/** A draft like no other, of an invented match; `more` takes the place of what matters to a test. */
export function aDraft(more: Partial<EventDraft> = {}): EventDraft {
  const n = ++made;
  return {
    itemId: `ev_${randomText(24)}` as EventId,
    source: 'north-feed',
    eventType: 'live_score',
    data: `{"homeScore": ${n}, "awayScore": 0}`,
    externalId: `n-${process.pid}-${n}`,
    bodyHash: `hash-${n}`,
    receivedAt: systemClock.now(),
    subject: `match:m${n % 50}`,
    ...more,
  };
}

export const drafts = (count: number, more: Partial<EventDraft> = {}): EventDraft[] =>
  Array.from({ length: count }, () => aDraft(more));

/** A subject of each shard. */
export const SUBJECTS: readonly string[] = (() => {
  const found = new Map<number, string>();
  for (let n = 0; found.size < SHARDS; n++)
    if (!found.has(shardOf(`match:s${n}`))) found.set(shardOf(`match:s${n}`), `match:s${n}`);
  return Array.from({ length: SHARDS }, (_, shard) => found.get(shard) as string);
})();
