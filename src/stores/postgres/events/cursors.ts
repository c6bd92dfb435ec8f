import type { Cursors } from '../../../ports/event-log.ts';
import type { Sql } from '../connect.ts';

export async function readCursors(sql: Sql, consumer: string): Promise<Cursors> {
  const rows = await sql<{ shard_id: number; sequence_number: string }[]>`
    select shard_id, sequence_number from event_cursors where consumer = ${consumer}`;
  return new Map(rows.map((row) => [row.shard_id, Number(row.sequence_number)]));
}

/** In the order of shards, so that two who save at once cannot wait for each other. */
export async function writeCursors(sql: Sql, consumer: string, cursors: Cursors): Promise<void> {
  const list = JSON.stringify(
    [...cursors].map(([shard_id, sequence_number]) => ({ shard_id, sequence_number })),
  );
  await sql`
    insert into event_cursors as kept (consumer, shard_id, sequence_number)
    select ${consumer}, shard_id, sequence_number
    from jsonb_to_recordset(${list}::text::jsonb) as given (shard_id integer, sequence_number bigint)
    order by shard_id
    on conflict (consumer, shard_id) do update
      set sequence_number = greatest(kept.sequence_number, excluded.sequence_number)
      where kept.sequence_number < excluded.sequence_number`;
}
