import { minutes } from '../../../domain/time.ts';
import type { Database } from '../database.ts';
import { boundsOf, type DayPartition, TAKE_TURN } from '../partitions.ts';
import { isInLot, isOfTypes, type Lot } from './expired-lot.ts';

const BATCH = 5_000;
const PATIENCE = minutes(10);

/**
 * Removes a lot from its day's partition in the way that costs least and gives the disk back: the partition is dropped
 * when nothing else is in it, written anew with what stays when that is the smaller part, and else rid of the lot in
 * batches. Doing it again does nothing.
 */
export async function removeLot(
  database: Database,
  partition: DayPartition,
  lot: Lot,
  signal: AbortSignal,
): Promise<void> {
  const [row] = await database.run(
    (sql) => sql<{ leaving: string; staying: string }[]>`
      select count(*) filter (where in_lot) as leaving, count(*) filter (where not in_lot) as staying
      from (select ${sql.unsafe(isInLot(lot))} as in_lot from ${sql(partition.name)}) rows`,
    PATIENCE,
  );
  const [leaving, staying] = [Number(row?.leaving), Number(row?.staying)];
  if (staying === 0) await drop(database, partition, lot);
  else if (leaving === 0) return;
  else if (staying <= leaving) await rewrite(database, partition, lot);
  else await deleteBatches(database, partition, lot, signal);
}

/** An event may have come in late, from a replica whose clock is behind: then the partition stays. */
const drop = (database: Database, { name }: DayPartition, lot: Lot): Promise<void> =>
  database.script(
    `${TAKE_TURN}
    lock table ${name} in share mode;
    do $$ begin
      if not exists (select from ${name} where not ${isInLot(lot)}) then drop table ${name}; end if;
    end $$;`,
    PATIENCE,
  );

/** The copying keeps writers out of this one day; the exchange, which keeps everybody out of all days, is short. */
const rewrite = (database: Database, { name, day }: DayPartition, lot: Lot): Promise<void> =>
  database.script(
    `${TAKE_TURN}
    lock table ${name} in share mode;
    create table ${name}_kept (like events including all);
    insert into ${name}_kept select * from ${name} where not ${isInLot(lot)};
    alter table events detach partition ${name};
    drop table ${name};
    alter table ${name}_kept rename to ${name};
    alter table events attach partition ${name} ${boundsOf(day)};`,
    PATIENCE,
  );

/** Numbers of a shard have no holes, so a range of them is a bounded batch found by the primary key. */
async function deleteBatches(
  database: Database,
  { name }: DayPartition,
  { leaving, lastNumbers }: Lot,
  signal: AbortSignal,
): Promise<void> {
  for (const [shard, last] of lastNumbers) {
    const [row] = await database.run(
      (sql) => sql<{ first: string | null }[]>`
        select min(sequence_number) as first from ${sql(name)} where shard_id = ${shard}`,
    );
    for (let from = Number(row?.first ?? last + 1); from <= last; from += BATCH) {
      signal.throwIfAborted();
      await database.run(
        (sql) => sql`
          delete from ${sql(name)} where shard_id = ${shard} and sequence_number >= ${from}
            and sequence_number < ${Math.min(from + BATCH, last + 1)} and ${sql.unsafe(isOfTypes(leaving))}`,
      );
    }
  }
}
