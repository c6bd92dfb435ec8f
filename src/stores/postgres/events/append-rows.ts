import { type EventDraft, type StoredEvent, shardOf } from '../../../domain/event.ts';
import type { AppendOutcome, EventReceipt } from '../../../ports/event-log.ts';
import type { Sql } from '../connect.ts';
import { SEPARATOR } from './storable.ts';

interface Known extends EventReceipt {
  readonly place: number;
  readonly bodyHash: string;
}

/**
 * Commits drafts whose keys differ from each other, in one statement. `origin` is told to whoever listens, before the
 * shards. The outcomes are in the order of the drafts.
 */
export async function appendRows(
  sql: Sql,
  drafts: readonly EventDraft[],
  origin: string,
): Promise<AppendOutcome[]> {
  const shards = drafts.map(({ subject }) => shardOf(subject));
  const counts = new Map<number, number>();
  const ranks = shards.map((shard) => {
    const rank = (counts.get(shard) ?? 0) + 1;
    counts.set(shard, rank);
    return rank;
  });
  const lanes = [...counts.keys()].sort((a, b) => a - b);
  const texts = (member: (draft: EventDraft) => string) => drafts.map(member).join(SEPARATOR);
  const [row] = await sql<{ last_numbers: string; known: string | null }[]>`
    select last_numbers, known from append_events(
      ${`${origin} ${lanes.join(',')}`}, ${numbers(lanes)}::text::integer[], ${numbers(shards)}::text::integer[],
      ${numbers(ranks)}::text::integer[], ${numbers(drafts.map(({ receivedAt }) => receivedAt))}::text::bigint[],
      ${numbers(drafts.map(({ occurredAt }) => occurredAt ?? 'null'))}::text::bigint[],
      ${texts(({ itemId }) => itemId)}, ${texts(({ source }) => source)},
      ${texts(({ externalId }) => externalId)}, ${texts(({ bodyHash }) => bodyHash)},
      ${texts(({ eventType }) => eventType)}, ${texts(({ subject }) => subject)},
      ${texts(({ matchId }) => matchId ?? '')}, ${texts(({ data }) => data)})`;
  const last = (row?.last_numbers ?? '').split(',').map(Number);
  const known = new Map<number, Known>();
  if (row?.known) for (const one of JSON.parse(row.known) as Known[]) known.set(one.place, one);
  return drafts.map((draft, i) => {
    const earlier = known.get(i + 1);
    if (earlier) return repeated(draft, earlier, earlier.bodyHash);
    const shardId = shards[i] as number;
    const sequenceNumber = (last[shardId] as number) + 1;
    last[shardId] = sequenceNumber;
    return { outcome: 'stored', event: { ...draft, shardId, sequenceNumber } };
  });
}

/** The outcome of a draft whose key was used before, for a body of `bodyHash`. */
export function repeated(draft: EventDraft, first: EventReceipt, bodyHash: string): AppendOutcome {
  const { itemId, shardId, sequenceNumber, receivedAt } = first;
  return {
    outcome: draft.bodyHash === bodyHash ? 'duplicate' : 'conflict',
    first: { itemId, shardId, sequenceNumber, receivedAt },
  };
}

export const isStored = (outcome: AppendOutcome): outcome is { outcome: 'stored'; event: StoredEvent } =>
  outcome.outcome === 'stored';

const numbers = (list: readonly (number | string)[]): string => `{${list.join(',')}}`;
