import { type EventMarks, isTakenIn, type StoredEvent } from '../../domain/event.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { HistoryEntry } from '../../ports/history.ts';

/** That an event made a change, as of when; and which events the score view had taken in by then. */
export interface KnownChange {
  readonly at: EpochMs;
  readonly event: NonNullable<HistoryEntry['event']>;
  readonly marks?: EventMarks;
}

/**
 * Events of several shards in the order in which they were received, those of one shard in the order of their numbers
 * even where that is another. `changes` tell of the order in which they were really taken in, for the shards are not
 * followed in step.
 */
export function inOrder(
  events: readonly StoredEvent[],
  changes: readonly KnownChange[] = [],
): readonly StoredEvent[] {
  const turns = turnsOf(events, changes);
  const waiting = new Map<number, number>();
  for (const { change, before } of turns.values())
    if (change === undefined && before !== undefined) waiting.set(before, (waiting.get(before) ?? 0) + 1);
  const lanes = Map.groupBy(
    [...events].sort((a, b) => b.sequenceNumber - a.sequenceNumber),
    ({ shardId }) => shardId,
  );
  const ordered: StoredEvent[] = [];
  let next = 0;
  while (ordered.length < events.length) {
    const heads = [...lanes.values()].flatMap((lane) => lane.at(-1) ?? []);
    const turnOf = (event: StoredEvent) => turns.get(nameOf(event)) as Turn;
    const isReady = (event: StoredEvent) => {
      const { change, after } = turnOf(event);
      return change === undefined ? after < next : change === next && !waiting.get(next);
    };
    const ready = heads.filter(isReady);
    // When what is known cannot all be true, the shards' own order is what holds.
    const taken = earliest(ready.length > 0 ? ready : heads, turnOf);
    if (taken === undefined) break;
    lanes.get(taken.shardId)?.pop();
    const { change, before } = turnOf(taken);
    if (change !== undefined) next = Math.max(next, change + 1);
    else if (before !== undefined) waiting.set(before, (waiting.get(before) ?? 1) - 1);
    ordered.push(taken);
  }
  return ordered;
}

/** When an event had its turn: it made a change, the how-manieth, or it came between two of them. */
interface Turn {
  readonly change?: number;
  /** After this change, -1 for the beginning; and before that one, as far as that is known. */
  readonly after: number;
  readonly before?: number;
  /** As of when. */
  readonly at: EpochMs;
}

function turnsOf(events: readonly StoredEvent[], changes: readonly KnownChange[]): ReadonlyMap<string, Turn> {
  const given = new Set(events.map(nameOf));
  const firsts = new Map<string, KnownChange>();
  for (const change of changes)
    if (given.has(nameOf(change.event)) && !firsts.has(nameOf(change.event)))
      firsts.set(nameOf(change.event), change);
  const known = [...firsts.values()];
  const placeOf = new Map(known.map(({ event }, place) => [nameOf(event), place]));
  const turns = new Map<string, Turn>();
  for (const event of events) {
    const name = nameOf(event);
    const change = placeOf.get(name);
    const at = firsts.get(name)?.at ?? event.receivedAt;
    if (change !== undefined) turns.set(name, { change, after: change - 1, at });
    else turns.set(name, { ...betweenMarks(event, known), at });
  }
  return turns;
}

/** The last change whose view had not taken the event in yet, and the first whose had. */
function betweenMarks(event: StoredEvent, known: readonly KnownChange[]): Pick<Turn, 'after' | 'before'> {
  let after = -1;
  for (const [place, { marks }] of known.entries()) {
    if (marks === undefined) continue;
    if (isTakenIn(event, marks)) return { after, before: place };
    after = place;
  }
  // Never marked: it says nothing of the score, and any place is as good.
  return { after: known.some(({ marks }) => marks !== undefined) ? -1 : after };
}

/** A change as of later than its event's receipt came after something that was received then. */
function earliest(
  heads: readonly StoredEvent[],
  turnOf: (event: StoredEvent) => Turn,
): StoredEvent | undefined {
  const isLate = (event: StoredEvent) => Number(turnOf(event).at > event.receivedAt);
  return [...heads].sort(
    (a, b) => turnOf(a).at - turnOf(b).at || isLate(a) - isLate(b) || a.shardId - b.shardId,
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
  const [a, b] = [scores.flatMap(changeOf), markets.flatMap(changeOf)];
  const changes: KnownChange[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [one, other] = [a[i], b[j]];
    if (one === undefined && other === undefined) return changes;
    const isOne =
      other === undefined ||
      (one !== undefined &&
        (one.at < other.at || (one.at === other.at && (isPunctual(one) || !isPunctual(other)))));
    changes.push((isOne ? one : other) as KnownChange);
    if (isOne) i += 1;
    else j += 1;
  }
}

function changeOf({ event, at, view }: HistoryEntry): readonly KnownChange[] {
  if (event === undefined) return [];
  return [{ event, at, ...('status' in view && view.events && { marks: view.events }) }];
}
