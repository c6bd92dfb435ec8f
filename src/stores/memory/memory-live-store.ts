import type { Logger } from 'pino';
import type { MatchId, MatchLink } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import { withPosition } from '../../domain/messages.ts';
import type { EpochMs, Millis } from '../../domain/time.ts';
import type { MatchView, Position, Stream } from '../../domain/view.ts';
import { randomText } from '../../platform/random-text.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  CommitResult,
  ConfirmedView,
  InletMessage,
  Lease,
  LiveMessage,
  LiveStore,
  StoreHealth,
  ViewChange,
} from '../../ports/live-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { newEpoch } from '../epoch.ts';
import { Listeners } from '../listeners.ts';
import { DEFAULT_LOG_BOUNDS } from '../message-log.ts';
import { samePosition, ViewMirror } from '../view-mirror.ts';
import { MemoryLeases } from './memory-leases.ts';

export interface MemoryLiveStoreOptions {
  readonly clock: Clock;
  /** Messages kept per match and stream. */
  readonly logSize?: number;
  /** Characters kept per match and stream, whatever the number of messages. */
  readonly logCharacters?: number;
  /** Fixes the first epoch; otherwise it is made of the time and chance. */
  readonly epoch?: string;
  /** Told of a listener that throws. */
  readonly log?: Pick<Logger, 'error'>;
}

/**
 * The LiveStore of a single process. All work is done before a call returns; the promises are there for the port's sake.
 * What it holds ends with the process, so each process has its own epoch.
 */
export class MemoryLiveStore implements LiveStore {
  readonly name = 'live-store';
  readonly #mirror: ViewMirror;
  readonly #fences = new Map<MatchId, number>();
  readonly #leases: MemoryLeases;
  readonly #messages: Listeners<LiveMessage>;
  readonly #since: EpochMs;
  readonly #firstEpoch: string;
  #epoch: string;
  #evictions = 0;

  constructor({ clock, logSize, logCharacters, epoch, log }: MemoryLiveStoreOptions) {
    this.#mirror = new ViewMirror({
      messages: logSize ?? DEFAULT_LOG_BOUNDS.messages,
      characters: logCharacters ?? DEFAULT_LOG_BOUNDS.characters,
    });
    this.#leases = new MemoryLeases(clock);
    this.#messages = new Listeners((error) => log?.error({ err: error }, 'live message listener failed'));
    this.#since = clock.now();
    this.#firstEpoch = epoch ?? newEpoch(clock.now(), randomText(4));
    this.#epoch = this.#firstEpoch;
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  epoch(): string {
    return this.#epoch;
  }

  view(id: MatchId): MatchView | undefined {
    return this.#mirror.view(id);
  }

  findByLink(link: MatchLink): MatchId | undefined {
    return this.#mirror.findByLink(link);
  }

  views(): Iterable<MatchView> {
    return this.#mirror.views();
  }

  async putMatch(match: Match, fence: number): Promise<void> {
    if (!this.#passes(match.id, fence))
      throw new StoreError('STORE_REJECTED', 'the lease has passed to another holder', {
        details: { reason: 'fenced' },
      });
    const beginning: Position = { epoch: this.#epoch, seq: 0 };
    this.#mirror.putMatch(match, { scores: beginning, markets: beginning });
  }

  async commit(change: ViewChange): Promise<CommitResult> {
    const { match, stream, basedOn } = change;
    if (!this.#passes(match.id, change.fence)) return { outcome: 'fenced' };
    const known = this.#mirror.view(match.id);
    const current = known?.position[stream] ?? { epoch: this.#epoch, seq: 0 };
    if (!samePosition(current, basedOn)) return { outcome: 'conflict', current };
    const position: Position = { epoch: current.epoch, seq: current.seq + 1 };
    const message: LiveMessage = {
      matchId: match.id,
      stream,
      position,
      json: withPosition(change.message, position),
    };
    this.#mirror.apply(change, message);
    this.#messages.emit(message);
    return { outcome: 'committed', position };
  }

  async confirm(id: MatchId, at: Position, view: ConfirmedView, fence: number): Promise<void> {
    if (this.#mirror.view(id) && this.#passes(id, fence))
      this.#mirror.confirm(id, view.scores ? 'scores' : 'markets', at, view);
  }

  async since(id: MatchId, stream: Stream, after: Position): Promise<readonly LiveMessage[] | undefined> {
    return this.#mirror.since(id, stream, after);
  }

  onMessage(listener: (message: LiveMessage) => void): () => void {
    return this.#messages.add(listener);
  }

  // Nothing can be missed inside one process, and nobody else can publish in it.
  onResync(_listener: () => void): () => void {
    return () => {};
  }

  onInlet(_listener: (message: InletMessage) => void): () => void {
    return () => {};
  }

  async evict(id: MatchId): Promise<void> {
    const view = this.#mirror.view(id);
    if (view === undefined) return;
    // Its numbers are forgotten: a match of the same id, come back, must not use them again in the same epoch.
    if (view.position.scores.seq > 0 || view.position.markets.seq > 0) {
      this.#evictions += 1;
      this.#epoch = `${this.#firstEpoch}${this.#evictions.toString(36).padStart(4, '0')}`;
    }
    this.#mirror.drop(id);
    this.#fences.delete(id);
  }

  async lease(name: string, holder: string, ttl: Millis): Promise<Lease | undefined> {
    return this.#leases.take(name, holder, ttl);
  }

  async release(name: string, holder: string): Promise<void> {
    this.#leases.release(name, holder);
  }

  health(): StoreHealth {
    return { kind: 'memory', status: 'ok', since: this.#since };
  }

  #passes(id: MatchId, fence: number): boolean {
    const seen = this.#fences.get(id);
    if (seen !== undefined && fence < seen) return false;
    if (fence !== seen) this.#fences.set(id, fence);
    return true;
  }
}
