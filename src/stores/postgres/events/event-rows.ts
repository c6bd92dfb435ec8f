import type { EventId, StoredEvent } from '../../../domain/event.ts';
import type { MatchId } from '../../../domain/ids.ts';
import { epochMs, iso } from '../../../domain/time.ts';
import type { EventQuery } from '../../../ports/event-log.ts';
import type { Sql } from '../connect.ts';

const MOST_READ = 10_000;
const MOST_FOUND = 1_000;

interface EventRecord {
  readonly item_id: EventId;
  readonly source: string;
  readonly event_type: string;
  readonly data: string;
  readonly external_id: string;
  readonly body_hash: string;
  readonly occurred_at: Date | null;
  readonly received_at: Date;
  readonly subject: string;
  readonly match_id: MatchId | null;
  readonly shard_id: number;
  readonly sequence_number: string;
}

// As text: parsed and written again, data would no longer be as it came.
const columns = (sql: Sql) => sql`
  item_id, source, event_type, data::text as data, external_id, body_hash, occurred_at, received_at, subject, match_id,
  shard_id, sequence_number`;

export async function readShard(
  sql: Sql,
  shardId: number,
  sequenceNumber: number,
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await sql<EventRecord[]>`
    select ${columns(sql)} from events
    where shard_id = ${shardId} and sequence_number > ${sequenceNumber}
    order by sequence_number limit ${bounded(limit, MOST_READ)}`;
  return rows.map(eventOf);
}

/** Rows of one day's partition that meet `condition`, by shard and number, after `last`. */
export async function readPartition(
  sql: Sql,
  partition: string,
  condition: string,
  last: StoredEvent | undefined,
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await sql<EventRecord[]>`
    select ${columns(sql)} from ${sql(partition)}
    where ${sql.unsafe(condition)}
      and (shard_id, sequence_number) > (${last?.shardId ?? -1}, ${last?.sequenceNumber ?? -1})
    order by shard_id, sequence_number limit ${limit}`;
  return rows.map(eventOf);
}

/** Newest first; among those of one instant the greater id first. */
export async function searchEvents(sql: Sql, query: EventQuery): Promise<StoredEvent[]> {
  const { eventType, source, matchId, since, until, before } = query;
  const rows = await sql<EventRecord[]>`
    select ${columns(sql)} from events
    where true
      ${eventType === undefined ? sql`` : sql`and event_type = ${eventType}`}
      ${source === undefined ? sql`` : sql`and source = ${source}`}
      ${matchId === undefined ? sql`` : sql`and match_id = ${matchId}`}
      ${since === undefined ? sql`` : sql`and received_at >= ${iso(since)}::timestamptz`}
      ${until === undefined ? sql`` : sql`and received_at < ${iso(until)}::timestamptz`}
      ${
        before === undefined
          ? sql``
          : sql`and received_at <= ${iso(before.receivedAt)}::timestamptz
                and (received_at, item_id) < (${iso(before.receivedAt)}::timestamptz, ${before.itemId})`
      }
    order by received_at desc, item_id desc limit ${bounded(query.limit, MOST_FOUND)}`;
  return rows.map(eventOf);
}

const bounded = (limit: number, most: number): number => Math.max(1, Math.min(Math.trunc(limit) || 1, most));

const eventOf = (row: EventRecord): StoredEvent => ({
  itemId: row.item_id,
  source: row.source,
  eventType: row.event_type,
  data: row.data,
  externalId: row.external_id,
  bodyHash: row.body_hash,
  ...(row.occurred_at === null ? {} : { occurredAt: epochMs(row.occurred_at.getTime()) }),
  receivedAt: epochMs(row.received_at.getTime()),
  subject: row.subject,
  ...(row.match_id === null ? {} : { matchId: row.match_id }),
  shardId: row.shard_id,
  sequenceNumber: Number(row.sequence_number),
});

/** The match that events turned out to be about; an event that is gone is passed over. */
export async function placeEvents(
  sql: Sql,
  events: readonly { readonly event: StoredEvent; readonly matchId: MatchId }[],
): Promise<void> {
  const list = JSON.stringify(
    events.map(({ event, matchId }) => ({
      shard_id: event.shardId,
      sequence_number: event.sequenceNumber,
      received_at: iso(event.receivedAt),
      match_id: matchId,
    })),
  );
  // The range tells the planner which days to look into; the rows alone would send it into all of them.
  const times = events.map(({ event }) => event.receivedAt);
  const [first, last] = [epochMs(Math.min(...times)), epochMs(Math.max(...times))];
  await sql`
    update events set match_id = placed.match_id
    from jsonb_to_recordset(${list}::text::jsonb) as placed
      (shard_id integer, sequence_number bigint, received_at timestamptz, match_id text)
    where events.shard_id = placed.shard_id and events.sequence_number = placed.sequence_number
      and events.received_at = placed.received_at and events.match_id is distinct from placed.match_id
      and events.received_at >= ${iso(first)}::text::timestamptz and events.received_at <= ${iso(last)}::text::timestamptz`;
}
