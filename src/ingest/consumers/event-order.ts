import type { StoredEvent } from '../../domain/event.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { HistoryEntry } from '../../ports/history.ts';

/** That an event made a change, as of when. */
export type KnownChange = Pick<HistoryEntry, 'at'> & Required<Pick<HistoryEntry, 'event'>>;

/**
 * Events of several shards in the order in which they were received, those of one shard in the order of their numbers
 * even where that is another. `changes` are known to have been made in their order: the shards are not followed in step.
 */
export function inOrder(
  events: readonly StoredEvent[],
  changes: readonly KnownChange[] = [],
): readonly StoredEvent[] {
  const lanes = Map.groupBy(
    [...events].sort((a, b) => b.sequenceNumber - a.sequenceNumber),
    ({ shardId }) => shardId,
  );
  const places = placesOf(events, changes);
  const ordered: StoredEvent[] = [];
  let next = 0;
  while (ordered.length < events.length) {
    const heads = [...lanes.values()]
      .flatMap((lane) => lane.at(-1) ?? [])
      .map((event) => headOf(event, places));
    // Those that are known to come later wait for their turn, unless their shard has no other.
    const ready = heads.filter(({ place }) => place === undefined || place <= next);
    const taken = earliest(ready.length > 0 ? ready : heads);
    if (taken === undefined) break;
    lanes.get(taken.event.shardId)?.pop();
    if (taken.place !== undefined) next = Math.max(next, taken.place + 1);
    ordered.push(taken.event);
  }
  return ordered;
}

interface Place {
  readonly place: number;
  readonly at: EpochMs;
}

interface Head {
  readonly event: StoredEvent;
  readonly place: number | undefined;
  readonly at: EpochMs;
}

/** The first change of each event that made one: its place among them, and as of when. */
function placesOf(
  events: readonly StoredEvent[],
  changes: readonly KnownChange[],
): ReadonlyMap<string, Place> {
  const given = new Set(events.map(nameOf));
  const places = new Map<string, Place>();
  for (const { event, at } of changes) {
    const name = nameOf(event);
    if (given.has(name) && !places.has(name)) places.set(name, { place: places.size, at });
  }
  return places;
}

function headOf(event: StoredEvent, places: ReadonlyMap<string, Place>): Head {
  const known = places.get(nameOf(event));
  return { event, place: known?.place, at: known?.at ?? event.receivedAt };
}

/** A change as of later than its event's receipt came after something that was received then. */
function earliest(heads: readonly Head[]): Head | undefined {
  const isLate = ({ event, at }: Head) => Number(at > event.receivedAt);
  return [...heads].sort(
    (a, b) => a.at - b.at || isLate(a) - isLate(b) || a.event.shardId - b.event.shardId,
  )[0];
}

const nameOf = ({ shardId, sequenceNumber }: KnownChange['event']): string => `${shardId}:${sequenceNumber}`;

/**
 * The changes that events made in both streams of a match, each stream in its own order. Of two as of the same moment the
 * one whose event was received then came first.
 */
export function changesOf(
  scores: readonly HistoryEntry[],
  markets: readonly HistoryEntry[],
  events: readonly StoredEvent[],
): readonly KnownChange[] {
  const receivedAt = new Map(events.map((event) => [nameOf(event), event.receivedAt]));
  const isPunctual = ({ event, at }: KnownChange) => receivedAt.get(nameOf(event)) === at;
  const a = scores.filter(isKnown);
  const b = markets.filter(isKnown);
  const changes: KnownChange[] = [];
  for (let [i, j] = [0, 0]; i < a.length || j < b.length; ) {
    const [one, other] = [a[i], b[j]];
    const isOne =
      one &&
      (!other || one.at < other.at || (one.at === other.at && (isPunctual(one) || !isPunctual(other))));
    if (isOne) i += 1;
    else j += 1;
    changes.push((isOne ? one : other) as KnownChange);
  }
  return changes;
}

const isKnown = (entry: HistoryEntry): entry is HistoryEntry & KnownChange => entry.event !== undefined;
