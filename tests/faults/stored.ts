import type { Scene } from './scene.ts';

export interface StoredTruth {
  /** Ids of the rows, a row each. */
  readonly ids: readonly string[];
  /** Rows beyond the first of an id. */
  readonly repeated: number;
  /** Shards whose numbers are not 1, 2, 3 … */
  readonly torn: number;
  /** Rows without a key or keys without a row. */
  readonly unpaired: number;
}

/** What is in Postgres, asked of Postgres itself. */
export async function storedTruth({ sql }: Scene): Promise<StoredTruth> {
  const rows = await sql<{ external_id: string }[]>`select external_id from events`;
  const ids = rows.map(({ external_id }) => external_id);
  const [torn] = await sql<{ count: number }[]>`
    select count(*)::int from (
      select s.shard_id from event_shards s left join events e on e.shard_id = s.shard_id
      group by s.shard_id, s.last_number
      having count(e.*) <> s.last_number or count(distinct e.sequence_number) <> s.last_number
        or coalesce(max(e.sequence_number), 0) <> s.last_number) torn`;
  const [unpaired] = await sql<{ count: number }[]>`
    select count(*)::int from events e full join event_keys k
      on k.source = e.source and k.external_id = e.external_id
        and k.shard_id = e.shard_id and k.sequence_number = e.sequence_number
    where e.source is null or k.source is null`;
  return {
    ids,
    repeated: ids.length - new Set(ids).size,
    torn: torn?.count ?? -1,
    unpaired: unpaired?.count ?? -1,
  };
}

/** Shards whose stream in Redis is not exactly the numbers of the log, in order. */
export async function streamsBehind({ sql, reader }: Scene): Promise<number> {
  const shards = await sql<{ shard_id: number; last_number: string }[]>`
    select shard_id, last_number from event_shards`;
  let behind = 0;
  for (const { shard_id, last_number } of shards) {
    const entries = await reader.xrange(`events:{${shard_id}}`, '-', '+');
    const isWhole = entries.length === Number(last_number) && entries.every(([id], i) => id === `${i + 1}-0`);
    if (!isWhole) behind += 1;
  }
  return behind;
}
