import type { FeedMapping, FeedMappingRule } from '../../../ports/feed-declaration.ts';

const FIRST = (...pointers: readonly string[]) => ({ $first: pointers.map((at) => ({ $at: at })) });

/**
 * The mapping of those who push our own events of one type: as `/ingest` takes them (`{id, occurredAt, data}`, in
 * either spelling), or the data alone with its `eventId`; one, a list of them, or a list under `events`.
 */
export function ownEvents(eventType: string): FeedMapping {
  return { events: ['', '/events'].flatMap((each) => [...rules(each, eventType)]) };
}

function rules(each: string, eventType: string): readonly FeedMappingRule[] {
  const is = (at: string, $exists: boolean) => ({ $at: at, $exists });
  const type = {
    $first: [{ $at: '/eventType' }, { $at: '/event_type' }],
    $table: { [eventType]: eventType },
    $default: eventType,
  };
  const occurredAt = { ...FIRST('/occurredAt', '/occurred_at', '/timestamp'), $as: 'any' };
  const inEnvelope = (data: string) => ({
    each,
    eventType: type,
    id: FIRST('/id', '/eventId', '/event_id'),
    occurredAt,
    data: { $at: data },
  });
  return [
    { ...inEnvelope('/data'), when: [is('/data', true)] },
    { ...inEnvelope('/payload'), when: [is('/data', false), is('/payload', true)] },
    {
      each,
      when: ['/data', '/payload', '/events'].map((at) => is(at, false)),
      eventType: type,
      // Its `id` is the occurrence's, which comes again when it is corrected.
      id: FIRST('/eventId', '/event_id'),
      occurredAt,
      data: { $at: '' },
    },
  ];
}
