import type { MatchId, MatchLink } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { MarketView, MatchView, Position, ScoreView, Stream } from '../domain/view.ts';
import type { Part } from './part.ts';

/**
 * A message as it goes to clients: `json` is complete, `{"type":…,"matchId":…,"epoch":…,"seq":…,"timestamp":…,"data":…}`.
 * The same bytes go to every client, so they are made once.
 */
export interface LiveMessage {
  readonly matchId: MatchId;
  readonly stream: Stream;
  readonly position: Position;
  readonly json: string;
}

/** A new state of one stream of one match, with the message that tells of it. */
export interface ViewChange {
  readonly match: Match;
  /** The position this change was computed from. When the store has moved on it is refused, and computed again. */
  readonly basedOn: Position;
  readonly scores?: ScoreView;
  readonly markets?: readonly MarketView[];
  /** Exactly one of `scores` and `markets` is given; this names it. */
  readonly stream: Stream;
  /** The message without `epoch` and `seq`, as JSON text of an object; the store puts them in. */
  readonly message: string;
  /** Fencing token of the lease under which the change was computed; an older one than the store has seen is refused. */
  readonly fence: number;
}

/** The view of one stream; exactly one of the two is given. */
export interface ConfirmedView {
  readonly scores?: ScoreView;
  readonly markets?: readonly MarketView[];
}

export type CommitResult =
  | { readonly outcome: 'committed'; readonly position: Position }
  | { readonly outcome: 'conflict'; readonly current: Position }
  | { readonly outcome: 'fenced' };

/** What somebody published by hand on channel `match:<id>`, not yet looked at. */
export interface InletMessage {
  readonly matchId: string;
  readonly text: string;
  readonly receivedAt: EpochMs;
}

export interface Lease {
  readonly token: number;
  readonly until: EpochMs;
}

export interface StoreHealth {
  readonly kind: 'memory' | 'redis' | 'postgres' | 'embedded-postgres';
  readonly status: 'ok' | 'down';
  readonly since: EpochMs;
  readonly lastErrorCode?: string;
}

/**
 * The newest view of every match, its bounded log and the live message stream. Reads are answered from memory (a store
 * elsewhere keeps a mirror up to date), so they never wait and still answer while it is away.
 */
export interface LiveStore extends Part {
  /** The epoch that a match nobody has written about yet begins in. */
  epoch(): string;
  view(id: MatchId): MatchView | undefined;
  findByLink(link: MatchLink): MatchId | undefined;
  /** All views, in no order. */
  views(): Iterable<MatchView>;
  /** Makes the match and its links known without a change that clients see. Idempotent. */
  putMatch(match: Match, fence: number): Promise<void>;
  commit(change: ViewChange): Promise<CommitResult>;
  /**
   * Replaces a stream's view without a new position: its sources have said the same again, and only their ages and
   * what follows from them differ. Ignored when the store is no longer at `at`. Rejects like `commit` while it is away.
   */
  confirm(id: MatchId, at: Position, view: ConfirmedView, fence: number): Promise<void>;
  /** What followed `after` in that stream, oldest first; `undefined` when the log does not reach back so far (resync). */
  since(id: MatchId, stream: Stream, after: Position): Promise<readonly LiveMessage[] | undefined>;
  /** Called for each committed message of any match, in order per match and stream. Returns the way to end it. */
  onMessage(listener: (message: LiveMessage) => void): () => void;
  /** Called when messages may have been missed and the views were read anew: clients need a resync. */
  onResync(listener: () => void): () => void;
  /** Called for what is published by hand on `match:<id>`; a store without such a channel never calls it. */
  onInlet(listener: (message: InletMessage) => void): () => void;
  /** Forgets a match and its log. */
  evict(id: MatchId): Promise<void>;
  /** Takes or prolongs the named lease for `holder`; `undefined` while somebody else has it. Tokens only grow. */
  lease(name: string, holder: string, ttl: Millis): Promise<Lease | undefined>;
  release(name: string, holder: string): Promise<void>;
  health(): StoreHealth;
}
