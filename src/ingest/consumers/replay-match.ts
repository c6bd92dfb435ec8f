import type { StoredEvent } from '../../domain/event.ts';
import type { MatchId, ProviderId } from '../../domain/ids.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Stream } from '../../domain/view.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { History, HistoryEntry } from '../../ports/history.ts';
import { changesOf, inOrder } from './event-order.ts';
import type { Replay } from './replay.ts';
import { type Difference, firstDifference, isOnlyFrom } from './replay-comparison.ts';

export interface MatchReplayOptions {
  readonly replay: Replay;
  readonly history: Pick<History, 'read'>;
  /** The names of pushed sources among the sources of a view. */
  readonly sources: ReadonlySet<ProviderId>;
  /** What history keeps of later is left out. */
  readonly until?: EpochMs;
}

/**
 * What comparing a match came to: `same` and `different` to the byte; `mixed` when polled sources had a part, so that
 * the events alone do not make its views; `partial` when it took in events that were not replayed.
 */
export type MatchVerdict =
  | { readonly verdict: 'same'; readonly changes: number }
  | {
      readonly verdict: 'different';
      readonly differences: readonly (Difference & { readonly stream: Stream })[];
    }
  | { readonly verdict: 'mixed' | 'partial' };

const STREAMS: readonly Stream[] = ['scores', 'markets'];
const PAGE = 1_000;

/**
 * Replays the events of one match in the order in which history has them: those of different shards may have come in
 * another order than they were received. Then compares what came out with what history keeps.
 */
export async function replayMatch(
  id: MatchId,
  events: readonly StoredEvent[],
  { replay, history, sources, until }: MatchReplayOptions,
): Promise<MatchVerdict> {
  const [scores, markets] = await Promise.all(STREAMS.map((stream) => keptOf(history, id, stream, until)));
  const kept = { scores: scores ?? [], markets: markets ?? [] };
  const all = [...kept.scores, ...kept.markets];
  await replay.run(inOrder(events, changesOf(kept.scores, kept.markets, events)));
  if (!isOnlyFrom(all, sources)) return { verdict: 'mixed' };
  if (isPartial(all, events)) return { verdict: 'partial' };
  // Silence that was told after the last event is told by the replay too, but no more of it.
  await replay.passTime(id, Math.max(0, ...all.map(({ at }) => at)) as EpochMs);
  const differences = STREAMS.flatMap((stream) => {
    const replayed = replay.entries.filter((entry) => entry.matchId === id && entry.stream === stream);
    const difference = firstDifference(kept[stream], replayed);
    return difference ? [{ stream, ...difference }] : [];
  });
  return differences.length > 0
    ? { verdict: 'different', differences }
    : { verdict: 'same', changes: all.length };
}

/** All that history keeps of a stream, oldest first. */
async function keptOf(
  history: Pick<History, 'read'>,
  matchId: MatchId,
  stream: Stream,
  until: EpochMs | undefined,
): Promise<readonly HistoryEntry[]> {
  const kept: HistoryEntry[] = [];
  for (;;) {
    const last = kept.at(-1)?.position;
    const page = await history.read({ matchId, stream, limit: PAGE, ...(last && { after: last }) });
    kept.push(...page);
    if (page.length < PAGE) break;
  }
  return until === undefined ? kept : kept.filter(({ at }) => at < until);
}

/** Something that history has came of an event that was not replayed. */
function isPartial(kept: readonly HistoryEntry[], events: readonly StoredEvent[]): boolean {
  const replayed = new Set(events.map(({ shardId, sequenceNumber }) => `${shardId}:${sequenceNumber}`));
  return kept.some(({ event }) => event && !replayed.has(`${event.shardId}:${event.sequenceNumber}`));
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
