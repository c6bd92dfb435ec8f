import type { StoredEvent } from '../../domain/event.ts';
import type { MatchId, ProviderId } from '../../domain/ids.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Stream } from '../../domain/view.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { History, HistoryEntry } from '../../ports/history.ts';
import type { Replay } from './replay.ts';
import { type Difference, firstDifference, isOnlyFrom } from './replay-comparison.ts';

export interface ReplayCheckOptions {
  readonly replay: Replay;
  /** What was replayed. */
  readonly events: readonly StoredEvent[];
  readonly history: Pick<History, 'read'>;
  /** The names of the events' sources among the sources of a view. */
  readonly sources: ReadonlySet<ProviderId>;
  /** Nothing is compared that was kept later. */
  readonly until?: EpochMs;
}

export interface ReplayCheck {
  /** Matches of which everything was compared, and entries of history in them. */
  readonly compared: number;
  readonly entries: number;
  /** Matches in which polled sources had a part: the events alone do not make their views. */
  readonly mixed: readonly MatchId[];
  /** Matches that took in events which were not replayed: they began before, or outlived the events' retention. */
  readonly partial: readonly MatchId[];
  readonly differences: readonly (Difference & { readonly matchId: MatchId; readonly stream: Stream })[];
}

const STREAMS: readonly Stream[] = ['scores', 'markets'];
const PAGE = 1_000;

/** Compares what a replay made with what history holds, for every match that was shown from pushed events alone. */
export async function checkReplay(options: ReplayCheckOptions): Promise<ReplayCheck> {
  const { replay, sources } = options;
  const replayedFirst = firstNumbers(options.events);
  const mixed: MatchId[] = [];
  const partial: MatchId[] = [];
  const differences: (Difference & { matchId: MatchId; stream: Stream })[] = [];
  let [compared, entries] = [0, 0];
  for (const matchId of matchesOf(replay, options.events)) {
    const kept = {
      scores: await keptOf(options, matchId, 'scores'),
      markets: await keptOf(options, matchId, 'markets'),
    };
    const all = [...kept.scores, ...kept.markets];
    if (!isOnlyFrom(all, sources)) {
      mixed.push(matchId);
      continue;
    }
    if (beganBefore(kept.scores[0], replayedFirst)) {
      partial.push(matchId);
      continue;
    }
    // Silence that was told after the last event is told by the replay too, but no more of it.
    const last = Math.max(0, ...all.map(({ at }) => at)) as EpochMs;
    await replay.passTime(matchId, last);
    compared += 1;
    entries += all.length;
    for (const stream of STREAMS) {
      const replayed = replay.entries.filter((entry) => entry.matchId === matchId && entry.stream === stream);
      const difference = firstDifference(kept[stream], replayed);
      if (difference) differences.push({ matchId, stream, ...difference });
    }
  }
  return { compared, entries, mixed, partial, differences };
}

/** Those the replay made views of, and those the events were about when they were new. */
function matchesOf({ entries }: Replay, events: readonly StoredEvent[]): ReadonlySet<MatchId> {
  const ids = new Set(entries.map(({ matchId }) => matchId));
  for (const { matchId } of events) if (matchId !== undefined) ids.add(matchId);
  return ids;
}

/** All that history keeps of a stream, oldest first. */
async function keptOf(
  { history, until }: ReplayCheckOptions,
  matchId: MatchId,
  stream: Stream,
): Promise<readonly HistoryEntry[]> {
  const kept: HistoryEntry[] = [];
  for (;;) {
    const last = kept.at(-1)?.position;
    const page = await history.read({ matchId, stream, limit: PAGE, ...(last && { after: last }) });
    kept.push(...page);
    if (page.length < PAGE) break;
  }
  return until === undefined ? kept : kept.filter(({ at }) => at <= until);
}

function firstNumbers(events: readonly StoredEvent[]): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  for (const { shardId, sequenceNumber } of events)
    first.set(shardId, Math.min(sequenceNumber, first.get(shardId) ?? Number.POSITIVE_INFINITY));
  return first;
}

/** The first view that is kept had taken in an event that comes before those that were replayed. */
function beganBefore(first: HistoryEntry | undefined, replayed: ReadonlyMap<number, number>): boolean {
  if (first === undefined || !('status' in first.view)) return false;
  return Object.entries(first.view.events ?? {}).some(
    ([shardId, sequenceNumber]) =>
      sequenceNumber < (replayed.get(Number(shardId)) ?? Number.POSITIVE_INFINITY),
  );
}

/** All stored events that a query finds, page by page; `limit` is that of a page. */
export async function allEvents(
  log: Pick<EventLog, 'search'>,
  query: Omit<Parameters<EventLog['search']>[0], 'before'>,
): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (;;) {
    const last = found.at(-1);
    const page = await log.search({ ...query, ...(last && { before: last }) });
    found.push(...page);
    if (page.length < query.limit) return found;
  }
}
