import { type EpochMs, iso } from '../../../domain/time.ts';
import type { Sql } from '../connect.ts';
import type { DayPartition } from '../partitions.ts';
import type { Leaving } from './retention.ts';

/** Events of one day that leave the log together: those of `leaving`, each shard up to its last number. */
export interface Lot {
  readonly day: EpochMs;
  readonly part: number;
  readonly leaving: Leaving;
  readonly lastNumbers: ReadonlyMap<number, number>;
  readonly events: number;
}

interface LotRecord {
  readonly day: string;
  readonly part: number;
  readonly event_types: string[];
  readonly all_but: boolean;
  readonly last_numbers: Record<string, number>;
  readonly events: string;
}

/** Lots that are archived but not removed: a process ended in between. */
export async function unfinishedLots(sql: Sql): Promise<readonly Lot[]> {
  const rows = await sql<LotRecord[]>`
    select day::text as day, part, to_json(event_types) as event_types, all_but, last_numbers, events from event_archives
    where removed_at is null order by day, part`;
  return rows.map((row) => ({
    day: Date.parse(`${row.day}T00:00:00Z`) as EpochMs,
    part: row.part,
    leaving: { types: row.event_types, allBut: row.all_but },
    lastNumbers: new Map(Object.entries(row.last_numbers).map(([shard, last]) => [Number(shard), last])),
    events: Number(row.events),
  }));
}

/** What is in the partition of those types now, as the next lot of the day. */
export async function measureLot(sql: Sql, { name, day }: DayPartition, leaving: Leaving): Promise<Lot> {
  const rows = await sql<{ shard_id: number; last: string; events: string }[]>`
    select shard_id, max(sequence_number) as last, count(*) as events from ${sql(name)}
    where ${sql.unsafe(isOfTypes(leaving))} group by shard_id`;
  const [row] = await sql<{ part: number }[]>`
    select coalesce(max(part), 0) + 1 as part from event_archives where day = ${dateOf(day)}::text::date`;
  return {
    day,
    part: row?.part ?? 1,
    leaving,
    lastNumbers: new Map(rows.map(({ shard_id, last }) => [shard_id, Number(last)])),
    events: rows.reduce((sum, { events }) => sum + Number(events), 0),
  };
}

/** From here on the lot is removed, whatever happens; another replica's record of the same lot is a unique violation. */
export async function recordLot(sql: Sql, lot: Lot, file: string | undefined): Promise<void> {
  await sql`
    insert into event_archives (day, part, event_types, all_but, last_numbers, events, file)
    values (${dateOf(lot.day)}::text::date, ${lot.part}, array(select json_array_elements_text(${JSON.stringify(lot.leaving.types)}::text::json)), ${lot.leaving.allBut},
      ${JSON.stringify(Object.fromEntries(lot.lastNumbers))}::text::json, ${lot.events}, ${file ?? null})`;
}

export async function closeLot(sql: Sql, { day, part }: Lot): Promise<void> {
  await sql`
    update event_archives set removed_at = now() where day = ${dateOf(day)}::text::date and part = ${part}`;
}

/** The condition on a row of the day's partition to be of the lot. */
export function isInLot({ leaving, lastNumbers }: Lot): string {
  const last = Array.from(
    { length: Math.max(-1, ...lastNumbers.keys()) + 1 },
    (_, shard) => lastNumbers.get(shard) ?? 0,
  );
  return `(${isOfTypes(leaving)}
    and sequence_number <= coalesce((array[${last.join(',')}]::bigint[])[shard_id + 1], 0))`;
}

export const isOfTypes = ({ types, allBut }: Leaving): string =>
  `event_type ${allBut ? '<> all' : '= any'} (array[${types.map(quoted).join(',')}]::text[])`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `2026-11-20` */
export const dateOf = (day: EpochMs): string => iso(day).slice(0, 10);
