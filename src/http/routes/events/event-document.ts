import type { StoredEvent } from '../../../domain/event.ts';
import { iso } from '../../../domain/time.ts';

/** A stored event as the API shows it, as JSON text: `data` stands in it letter by letter as it came. */
export function eventText(event: StoredEvent): string {
  const { occurredAt, matchId } = event;
  const rest = JSON.stringify({
    itemId: event.itemId,
    source: event.source,
    eventType: event.eventType,
    id: event.externalId,
    occurredAt: occurredAt === undefined ? null : iso(occurredAt),
    receivedAt: iso(event.receivedAt),
    matchId: matchId ?? null,
    subject: event.subject,
    shardId: event.shardId,
    sequenceNumber: event.sequenceNumber,
  });
  return `${rest.slice(0, -1)},"data":${event.data}}`;
}
