import type { Logger } from 'pino';
import type { MatchId, MatchLink } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import { withPosition } from '../../domain/messages.ts';
import { days, type Millis } from '../../domain/time.ts';
import type { MatchView, Position, Stream } from '../../domain/view.ts';
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
import { Listeners } from '../listeners.ts';
import { DEFAULT_LOG_BOUNDS, type LogBounds } from '../message-log.ts';
import { ViewMirror } from '../view-mirror.ts';
import { type InletBounds, InletGate } from './inlet-gate.ts';
import { RedisKeys } from './keys.ts';
import { PRESENCE_DEFAULTS, RedisPresence } from './presence.ts';
import { RedisLeases } from './redis-leases.ts';
import { commit, confirm, evict, putMatch, read } from './scripts.ts';
import { parseStoredView } from './stored-view.ts';

export interface RedisLiveStoreOptions {
  /** `redis://` or `rediss://`; never logged. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Messages kept per match and stream, in Redis and here. */
  readonly logSize?: number;
  /** Characters (in Redis: bytes) kept per match and stream. */
  readonly logCharacters?: number;
  readonly commandTimeout?: Millis;
  readonly connectTimeout?: Millis;
  /** How often the connections and the epoch are looked at. */
  readonly probeEvery?: Millis;
  readonly inlet?: InletBounds;
  /** Put before every key and channel, so that several stores can share one server. */
  readonly keyPrefix?: string;
  /** From 0 to 1, for the jitter of retries. */
  readonly random?: () => number;
}

// Longer than any client keeps a position.
const KEEP_NUMBERS = days(7);
const ATTEMPTS = 3;

/**
 * The LiveStore that replicas share. Reads come from a mirror in memory, kept up to date by what the replicas publish;
 * every write is one script in Redis. Redis away: reads go on, writes reject at once with a retryable `StoreError`.
 */
export class RedisLiveStore implements LiveStore {
  readonly name = 'live-store';
  readonly #bounds: LogBounds;
  readonly #keys: RedisKeys;
  readonly #mirror: ViewMirror;
  readonly #presence: RedisPresence;
  readonly #leases: RedisLeases;
  readonly #messages: Listeners<LiveMessage>;
  readonly #resyncs: Listeners<true>;
  readonly #inlet: Listeners<InletMessage>;

  constructor(options: RedisLiveStoreOptions) {
    const { clock, log } = options;
    this.#bounds = {
      messages: options.logSize ?? DEFAULT_LOG_BOUNDS.messages,
      characters: options.logCharacters ?? DEFAULT_LOG_BOUNDS.characters,
    };
    const onFault = (error: unknown) => log.error({ err: error }, 'live store listener failed');
    this.#messages = new Listeners(onFault);
    this.#resyncs = new Listeners(onFault);
    this.#inlet = new Listeners(onFault);
    this.#keys = new RedisKeys(options.keyPrefix);
    this.#mirror = new ViewMirror(this.#bounds);
    const gate = new InletGate(options.inlet, clock.now(), (dropped) =>
      log.warn({ dropped }, 'published messages dropped: too long or too many'),
    );
    this.#presence = new RedisPresence({
      ...PRESENCE_DEFAULTS,
      ...options,
      keys: this.#keys,
      mirror: this.#mirror,
      messages: this.#messages,
      onResync: () => this.#resyncs.emit(true),
      onInlet: (matchId, text) => {
        const receivedAt = clock.now();
        if (gate.admits(matchId, text, receivedAt)) this.#inlet.emit({ matchId, text, receivedAt });
      },
    });
    this.#leases = new RedisLeases(this.#presence.link, this.#keys, clock);
  }

  start(): Promise<void> {
    return this.#presence.start();
  }

  stop(): Promise<void> {
    return this.#presence.stop();
  }

  epoch(): string {
    return this.#presence.sync.epoch;
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
    await this.#presence.ready();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const [outcome, scores, markets] = await this.#tryPutMatch(match, fence);
      if (outcome === 'put') {
        if (!this.#mirror.view(match.id) && Number(scores) + Number(markets) > 0)
          await this.#presence.sync.repair(match.id);
        const epoch = this.epoch();
        this.#mirror.putMatch(match, {
          scores: { epoch, seq: Number(scores) },
          markets: { epoch, seq: Number(markets) },
        });
        return;
      }
      if (outcome === 'fenced')
        throw new StoreError('STORE_REJECTED', 'the lease has passed to another holder', {
          details: { reason: 'fenced' },
        });
      await this.#recover(match.id, outcome === 'lost');
    }
    throw new StoreError('STORE_UNAVAILABLE', 'Redis lost its data again and again');
  }

  async commit(change: ViewChange): Promise<CommitResult> {
    const { match, stream, basedOn } = change;
    await this.#presence.ready();
    if (!this.#mirror.view(match.id)) {
      if (basedOn.seq > 0) return { outcome: 'conflict', current: this.#position(match.id, stream) };
      await this.#announce(match);
    }
    const epoch = this.epoch();
    const keys = [this.#keys.view(match.id), this.#keys.log(match.id, stream)];
    const [outcome, seq, otherSeq, fresh] = await this.#presence.run(commit, keys, [
      epoch,
      stream,
      stream === 'scores' ? 'markets' : 'scores',
      basedOn.epoch,
      basedOn.seq,
      change.fence,
      JSON.stringify(match),
      JSON.stringify(stream === 'scores' ? change.scores : change.markets),
      change.message,
      this.#bounds.messages,
      this.#bounds.characters,
      this.#presence.keepFor(match),
      this.#keys.frames,
      match.id,
    ]);
    switch (outcome) {
      case 'committed': {
        const position: Position = { epoch, seq: Number(seq) };
        const json = withPosition(change.message, position);
        const message = { matchId: match.id, stream, position, json };
        this.#presence.sync.committed(change, message, fresh === 1, Number(otherSeq));
        return { outcome: 'committed', position };
      }
      case 'fenced':
        return { outcome: 'fenced' };
      case 'gone':
        this.#mirror.drop(match.id);
        break;
      case 'lost':
      case 'moved':
        await this.#recover(match.id, outcome === 'lost');
        break;
      default:
        // The caller will compute again from our mirror, so that has to be there first.
        if (this.#position(match.id, stream).seq < Number(seq)) await this.#presence.sync.repair(match.id);
    }
    return { outcome: 'conflict', current: this.#position(match.id, stream) };
  }

  async confirm(id: MatchId, at: Position, view: ConfirmedView, fence: number): Promise<void> {
    await this.#presence.ready();
    const match = this.#mirror.view(id)?.match;
    if (match === undefined || at.epoch !== this.epoch()) return;
    const stream = view.scores ? 'scores' : 'markets';
    const state = JSON.stringify(view.scores ?? view.markets);
    const keepFor = this.#presence.keepFor(match);
    const [outcome] = await this.#presence.run(
      confirm,
      [this.#keys.view(id)],
      [at.epoch, stream, at.seq, fence, state, keepFor, this.#keys.frames, id],
    );
    if (outcome === 'confirmed') this.#mirror.confirm(id, stream, at, view);
  }

  async since(id: MatchId, stream: Stream, after: Position): Promise<readonly LiveMessage[] | undefined> {
    const here = this.#mirror.since(id, stream, after);
    const present = this.#mirror.view(id)?.position[stream];
    if (here || !present || !this.#presence.isLive) return here;
    if (after.epoch !== present.epoch || !Number.isInteger(after.seq) || after.seq < 0) return undefined;
    if (after.seq <= present.seq) return this.#readLog(id, stream, after);
    // The client was told more, by a replica that is ahead of us.
    await this.#presence.sync.repair(id);
    return this.#mirror.since(id, stream, after);
  }

  onMessage(listener: (message: LiveMessage) => void): () => void {
    return this.#messages.add(listener);
  }

  onResync(listener: () => void): () => void {
    return this.#resyncs.add(listener);
  }

  onInlet(listener: (message: InletMessage) => void): () => void {
    return this.#inlet.add(listener);
  }

  async evict(id: MatchId): Promise<void> {
    await this.#presence.ready();
    await this.#presence.run(evict, this.#keys.match(id), [
      this.epoch(),
      KEEP_NUMBERS,
      this.#keys.frames,
      id,
    ]);
    await this.#presence.watch(this.#presence.link.send((redis) => redis.zrem(this.#keys.index, id)));
    this.#mirror.drop(id);
  }

  async lease(name: string, holder: string, ttl: Millis): Promise<Lease | undefined> {
    await this.#presence.ready();
    return this.#presence.watch(this.#leases.take(name, holder, ttl));
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#presence.ready();
    await this.#presence.watch(this.#leases.release(name, holder));
  }

  health(): StoreHealth {
    return this.#presence.health;
  }

  async #tryPutMatch(match: Match, fence: number): Promise<readonly unknown[]> {
    const known = this.#mirror.view(match.id);
    if (known?.match.startsAt !== match.startsAt) await this.#announce(match);
    const written = known !== undefined && known.position.scores.seq + known.position.markets.seq > 0;
    return this.#presence.run(
      putMatch,
      [this.#keys.view(match.id)],
      [
        this.epoch(),
        fence,
        JSON.stringify(match),
        this.#presence.keepFor(match),
        this.#keys.frames,
        match.id,
        written ? 1 : 0,
      ],
    );
  }

  /** Enters a match in the index before it is written: an entry too many is harmless, a missing one hides the match. */
  async #announce(match: Match): Promise<void> {
    await this.#presence.confirmEpoch();
    const { index } = this.#keys;
    await this.#presence.watch(
      this.#presence.link.send((redis) => redis.zadd(index, match.startsAt, match.id)),
    );
  }

  /** Reads everything anew; the match too when the index has lost it. */
  async #recover(id: MatchId, lost: boolean): Promise<void> {
    await this.#presence.recover(lost ? this.epoch() : '');
    if (!this.#mirror.view(id)) await this.#presence.sync.repair(id);
  }

  /** What Redis remembers beyond our own log, joined to it. */
  async #readLog(id: MatchId, stream: Stream, after: Position): Promise<readonly LiveMessage[] | undefined> {
    const from = stream === 'scores' ? [after.seq, 0] : [0, after.seq];
    try {
      const reply = await this.#presence.link.run(read, this.#keys.match(id), [after.epoch, ...from]);
      const stored = parseStoredView(id, reply);
      const present = this.#mirror.view(id)?.position[stream];
      if (typeof stored !== 'object' || present?.epoch !== after.epoch) return undefined;
      const told = stored.missed[stream]?.filter((message) => message.position.seq <= present.seq);
      if (told === undefined) return undefined;
      const rest = this.#mirror.since(id, stream, { epoch: after.epoch, seq: after.seq + told.length });
      return rest && [...told, ...rest];
    } catch (error) {
      this.#presence.suspect(error);
      return undefined;
    }
  }

  #position(id: MatchId, stream: Stream): Position {
    return this.#mirror.view(id)?.position[stream] ?? { epoch: this.epoch(), seq: 0 };
  }
}
