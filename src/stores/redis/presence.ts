import type { Logger } from 'pino';
import type { Match } from '../../domain/match.ts';
import { days, type Millis, seconds } from '../../domain/time.ts';
import { randomText } from '../../platform/random-text.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LiveMessage, StoreHealth } from '../../ports/live-store.ts';
import { StoreError, type StoreErrorCode } from '../../ports/store-error.ts';
import { newEpoch } from '../epoch.ts';
import type { Listeners } from '../listeners.ts';
import type { ViewMirror } from '../view-mirror.ts';
import type { RedisKeys } from './keys.ts';
import { redisError, silences } from './redis-error.ts';
import { backOff, RedisLink } from './redis-link.ts';
import { beginEpoch, checkEpoch, type RedisScript } from './scripts.ts';
import { type LoadResult, ViewSync } from './view-sync.ts';

export interface PresenceOptions {
  readonly url: string;
  readonly keys: RedisKeys;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly mirror: ViewMirror;
  readonly messages: Listeners<LiveMessage>;
  readonly onResync: () => void;
  readonly onInlet: (matchId: string, text: string) => void;
  readonly commandTimeout: Millis;
  readonly connectTimeout: Millis;
  readonly probeEvery: Millis;
  /** From 0 to 1. */
  readonly random: () => number;
}

// Long after a match is played; whoever writes to it later prolongs it.
const KEEP_MATCH = days(14);

/**
 * - `stopped` → `away` by start
 * - `away` → `loading` when both connections are up, or by the retry timer
 * - `loading` → `live` when all is read · → `away` on any failure
 * - `live` → `loading` when the epoch is in doubt · → `away` when a connection is lost or Redis does not answer
 * - any → `stopped`, for good
 */
type State = 'stopped' | 'away' | 'loading' | 'live';

/** Whether Redis is there, under which epoch, and the road back when it was not. */
export class RedisPresence {
  readonly link: RedisLink;
  readonly sync: ViewSync;
  readonly #options: PresenceOptions;
  #state: State = 'stopped';
  #health: StoreHealth;
  #ended = false;
  #starting: { resolve(): void; reject(error: StoreError): void; done: Promise<void> } | undefined;
  #recovery: Promise<void> | undefined;
  #epochCheck: Promise<void> | undefined;
  #failures = 0;
  // Grows with every loss of a connection, so that a recovery notices one that happened meanwhile.
  #losses = 0;
  #cancelRetry = (): void => {};
  #cancelProbe = (): void => {};

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#health = { kind: 'redis', status: 'down', since: options.clock.now() };
    this.link = new RedisLink(options, {
      connected: () => this.#recoverSoon(),
      lost: (code) => {
        this.#losses += 1;
        this.#lose(code);
      },
      frame: (text) => this.sync.receive(text),
      inlet: options.onInlet,
    });
    this.sync = new ViewSync({
      link: this.link,
      keys: options.keys,
      mirror: options.mirror,
      messages: options.messages,
      keepFor: (match) => this.keepFor(match),
      onMissed: options.onResync,
      onDoubt: ({ lost }) => this.#recoverSoon(lost ? this.sync.epoch : ''),
      onFault: (error) => this.suspect(error),
    });
  }

  get health(): StoreHealth {
    return this.#health;
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  /**
   * Resolves when all views are read. Rejects at the first failure, and may be called again: connecting goes on in
   * the background until `stop`.
   */
  start(): Promise<void> {
    if (this.#ended) return Promise.reject(stopped());
    if (this.#state === 'live') return Promise.resolve();
    if (this.#starting === undefined) {
      const { promise: done, resolve, reject } = Promise.withResolvers<void>();
      this.#starting = { resolve, reject, done };
      if (this.#state === 'stopped') {
        this.#state = 'away';
        this.link.open();
      }
    }
    return this.#starting.done;
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#state = 'stopped';
    this.#cancelRetry();
    this.#cancelProbe();
    this.#settleStart(stopped());
    await this.link.close();
    await this.#recovery?.catch(() => {});
  }

  /** Resolves while writing is possible; waits for a reading of the views that is under way, else rejects at once. */
  async ready(): Promise<void> {
    if (this.#state === 'live') return;
    if (this.#state === 'loading' && this.#recovery) return this.#recovery;
    if (this.#state === 'stopped') throw stopped();
    throw new StoreError('STORE_UNAVAILABLE', 'Redis is not available', { details: { store: 'redis' } });
  }

  /** Runs a script; its answer as a list, also when it is a single value. */
  async run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<readonly unknown[]> {
    const reply = await this.watch(this.link.run(script, keys, args));
    return Array.isArray(reply) ? reply : [reply];
  }

  /** Passes an answer on; a failure to answer makes Redis count as away. */
  async watch<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.suspect(error);
      throw error;
    }
  }

  suspect(error: unknown): void {
    const failure = redisError(error);
    if (this.#state === 'live' && silences(failure)) this.#lose(failure.code);
  }

  /** Reads everything anew; `doubted` is an epoch that must not go on. One reading at a time. */
  recover(doubted = ''): Promise<void> {
    if (this.#state === 'stopped') return Promise.reject(stopped());
    this.#recovery ??= this.#reload(doubted).finally(() => {
      this.#recovery = undefined;
    });
    return this.#recovery;
  }

  /** Makes sure that the epoch still holds, before something is written that carries no proof of it. */
  confirmEpoch(): Promise<void> {
    this.#epochCheck ??= this.#checkEpoch().finally(() => {
      this.#epochCheck = undefined;
    });
    return this.#epochCheck;
  }

  /** How long Redis keeps a match that nobody writes to. */
  keepFor(match: Match): Millis {
    return Math.max(0, match.startsAt - this.#options.clock.now()) + KEEP_MATCH;
  }

  async #checkEpoch(): Promise<void> {
    const [epoch] = await this.run(checkEpoch, [this.#options.keys.epoch], []);
    if (epoch !== this.sync.epoch) await this.recover();
  }

  #recoverSoon(doubted = ''): void {
    // Its failure has been dealt with by the time it rejects.
    this.recover(doubted).catch(() => {});
  }

  async #reload(doubted: string): Promise<void> {
    this.#cancelRetry();
    this.#cancelProbe();
    const losses = this.#losses;
    this.#state = 'loading';
    try {
      await this.link.prepare();
      let result = await this.#load(doubted);
      if (result.lost) result = await this.#load(this.sync.epoch);
      if (losses !== this.#losses)
        throw new StoreError('STORE_UNAVAILABLE', 'a connection was lost while the views were read');
      this.#arrive(result);
    } catch (error) {
      const failure = redisError(error);
      this.#failures += 1;
      // A connection that stays silent would be kept for ever.
      if (failure.code === 'STORE_TIMEOUT' && this.#failures % 2 === 0) this.link.reconnect();
      this.#lose(failure.code);
      throw failure;
    }
  }

  async #load(doubted: string): Promise<LoadResult> {
    const { clock, keys } = this.#options;
    const candidate = newEpoch(clock.now(), randomText(4), this.sync.epoch);
    const reply = await this.link.run(beginEpoch, [keys.epoch], [candidate, doubted, keys.frames]);
    const [epoch, version] = Array.isArray(reply) ? reply.map(String) : [];
    if (epoch === undefined || Number.parseInt(version ?? '', 10) < 7)
      throw new StoreError('STORE_UNSUPPORTED', 'Redis is older than 7.0');
    return this.sync.load(epoch, clock.now());
  }

  #arrive({ missed, unreadable }: LoadResult): void {
    if (this.#ended) return;
    const { clock, log, onResync } = this.#options;
    this.#state = 'live';
    this.#failures = 0;
    if (unreadable > 0) log.warn({ matches: unreadable }, 'redis holds matches that cannot be read');
    if (this.#health.status === 'down') {
      if (this.#health.lastErrorCode !== undefined)
        log.info({ awayMs: clock.now() - this.#health.since, resync: missed }, 'redis is back');
      this.#health = { kind: 'redis', status: 'ok', since: clock.now() };
    }
    if (missed) onResync();
    this.sync.settle();
    this.#probeLater();
    this.#settleStart();
  }

  #lose(code: StoreErrorCode): void {
    if (this.#ended) return;
    const { clock, log, random } = this.#options;
    this.#state = 'away';
    this.#cancelProbe();
    this.#cancelRetry();
    if (this.#health.status === 'ok' || this.#health.lastErrorCode === undefined)
      log.warn({ code }, 'redis is away');
    const since = this.#health.status === 'ok' ? clock.now() : this.#health.since;
    this.#health = { kind: 'redis', status: 'down', since, lastErrorCode: code };
    this.#cancelRetry = clock.schedule(backOff(Math.max(1, this.#failures), random()), () => {
      if (this.link.isUp) this.#recoverSoon();
    });
    this.#settleStart(new StoreError(code, 'Redis could not be used', { details: { store: 'redis' } }));
  }

  async #probe(): Promise<void> {
    try {
      await Promise.all([this.confirmEpoch(), this.watch(this.link.probe())]);
    } catch {
      // A connection that gave no answer has made us `away` already.
    }
    if (this.#state === 'live') this.#probeLater();
  }

  #probeLater(): void {
    this.#cancelProbe();
    this.#cancelProbe = this.#options.clock.schedule(this.#options.probeEvery, () => void this.#probe());
  }

  #settleStart(error?: StoreError): void {
    const starting = this.#starting;
    this.#starting = undefined;
    if (error) starting?.reject(error);
    else starting?.resolve();
  }
}

const stopped = () => new StoreError('STORE_STOPPED', 'the live store is not running');

const KINDS_OF_JITTER = 36 ** 4;
const chance = (): number => Number.parseInt(randomText(4), 36) / KINDS_OF_JITTER;

/** What a store does unless told otherwise: spans in milliseconds, chance from 0 to 1. */
export const PRESENCE_DEFAULTS = {
  commandTimeout: seconds(1),
  connectTimeout: seconds(5),
  probeEvery: seconds(2),
  random: chance,
} as const;
