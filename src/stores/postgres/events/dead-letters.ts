import type { StoredEvent } from '../../../domain/event.ts';
import { epochMs, iso } from '../../../domain/time.ts';
import type { DeadLetter } from '../../../ports/event-log.ts';
import type { Sql } from '../connect.ts';

const MOST_LETTERS = 1_000;

interface LetterRecord {
  readonly id: string;
  readonly consumer: string;
  readonly event: string;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failed_at: Date;
}

/** One letter for an event and consumer: a later failure takes the place of the earlier. */
export async function insertLetter(sql: Sql, letter: DeadLetter): Promise<void> {
  const { event, consumer, code, reason, attempts, failedAt } = letter;
  await sql`
    insert into dead_letters (consumer, shard_id, sequence_number, event, code, reason, attempts, failed_at)
    values (${consumer}, ${event.shardId}, ${event.sequenceNumber}, ${JSON.stringify(event)}::text::json, ${code},
      ${storableText(reason)}, ${attempts}, ${iso(failedAt)})
    on conflict (consumer, shard_id, sequence_number) do update set
      code = excluded.code, reason = excluded.reason, attempts = excluded.attempts, failed_at = excluded.failed_at`;
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function readLetters(
  sql: Sql,
  query: { readonly limit: number; readonly before?: number },
): Promise<(DeadLetter & { readonly id: number })[]> {
  const limit = Math.max(1, Math.min(Math.trunc(query.limit) || 1, MOST_LETTERS));
  const rows = await sql<LetterRecord[]>`
    select id, consumer, event::text as event, code, reason, attempts, failed_at from dead_letters
    where id < ${query.before ?? Number.MAX_SAFE_INTEGER} order by id desc limit ${limit}`;
  return rows.map((row) => ({ id: Number(row.id), ...letterOf(row) }));
}

/** In the order of their ids. */
export async function takeLetters(sql: Sql, ids: readonly number[]): Promise<DeadLetter[]> {
  const rows = await sql<LetterRecord[]>`
    delete from dead_letters where id = any(${`{${ids.filter(Number.isSafeInteger).join(',')}}`}::text::bigint[])
    returning id, consumer, event::text as event, code, reason, attempts, failed_at`;
  return rows.sort((a, b) => Number(a.id) - Number(b.id)).map(letterOf);
}

const letterOf = (row: LetterRecord): DeadLetter => ({
  event: JSON.parse(row.event) as StoredEvent,
  consumer: row.consumer,
  code: row.code,
  reason: row.reason,
  attempts: row.attempts,
  failedAt: epochMs(row.failed_at.getTime()),
});

/** A reason often quotes what was wrong, which may be what Postgres does not store. */
const storableText = (text: string): string =>
  text.toWellFormed().replaceAll('\0', '\u{fffd}').slice(0, 4_000);
