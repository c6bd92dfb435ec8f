import { Redis } from 'ioredis';
import { type Millis, seconds } from '../../domain/time.ts';
import { StoreError, type StoreErrorCode } from '../../ports/store-error.ts';
import type { RedisKeys } from './keys.ts';
import { redisError } from './redis-error.ts';
import { ALL_SCRIPTS, type RedisScript } from './scripts.ts';

export interface LinkOptions {
  /** `redis://` or `rediss://`, with user, password and database. */
  readonly url: string;
  readonly keys: RedisKeys;
  readonly commandTimeout: Millis;
  readonly connectTimeout: Millis;
  /** From 0 to 1, for the jitter of reconnects. */
  readonly random: () => number;
}

export interface LinkEvents {
  /** Both connections are up (again). */
  connected(): void;
  lost(code: StoreErrorCode): void;
  frame(text: string): void;
  inlet(matchId: string, text: string): void;
}

/**
 * Two connections: one for commands, one that listens. They reconnect by themselves for ever; while one is down,
 * commands fail at once instead of queueing. Everything it throws is a `StoreError`.
 */
export class RedisLink {
  readonly #keys: RedisKeys;
  readonly #events: LinkEvents;
  readonly #commands: Redis;
  readonly #subscriber: Redis;
  #subscribed = false;
  // Connections that came up without the user or database that was asked for; the client goes on regardless.
  readonly #refused = new Set<Redis>();
  #lastError: StoreErrorCode = 'STORE_UNAVAILABLE';
  #closed = false;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#keys = options.keys;
    this.#events = events;
    this.#commands = this.#connection(options, { enableAutoPipelining: true });
    this.#subscriber = this.#connection(options, { enableAutoPipelining: false });
    this.#subscriber.on('close', () => {
      this.#subscribed = false;
    });
    this.#subscriber.on('message', (_channel: string, text: string) => events.frame(text));
    this.#subscriber.on('pmessage', (_pattern: string, channel: string, text: string) =>
      events.inlet(this.#keys.inletMatchId(channel), text),
    );
  }

  get isUp(): boolean {
    return this.#commands.status === 'ready' && this.#subscriber.status === 'ready';
  }

  open(): void {
    for (const redis of [this.#commands, this.#subscriber]) redis.connect().catch(() => {});
  }

  /** Lets what is under way finish, within the command timeout. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#commands.quit().catch(() => {});
    this.#commands.disconnect();
    this.#subscriber.disconnect();
  }

  /** Listens, if it does not yet on this connection, and makes the scripts known to the server. */
  async prepare(): Promise<void> {
    await this.#guard(async () => {
      if (this.#refused.size > 0) throw new StoreError('STORE_ACCESS_REFUSED', 'Redis refused the database');
      if (!this.#subscribed) {
        await this.#subscriber.subscribe(this.#keys.frames);
        await this.#subscriber.psubscribe(this.#keys.inletPattern);
        this.#subscribed = true;
      }
      await Promise.all(ALL_SCRIPTS.map(({ source }) => this.#commands.script('LOAD', source)));
    });
  }

  /** Resolves when the listening connection answers. */
  async probe(): Promise<void> {
    await this.#guard(() => this.#subscriber.ping());
  }

  /** Gives up connections that do not answer; new ones are made. */
  reconnect(): void {
    if (this.#closed) return;
    for (const redis of [this.#commands, this.#subscriber])
      if (redis.status === 'ready') redis.disconnect(true);
  }

  run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#guard(async () => {
      const rest = [...keys, ...args];
      try {
        return await this.#commands.evalsha(script.sha, keys.length, ...rest);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return this.#commands.eval(script.source, keys.length, ...rest);
      }
    });
  }

  send<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#guard(() => command(this.#commands));
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreError('STORE_STOPPED', 'the live store is stopped');
    try {
      return await work();
    } catch (error) {
      throw redisError(error);
    }
  }

  #connection(options: LinkOptions, { enableAutoPipelining }: { enableAutoPipelining: boolean }): Redis {
    const redis = new Redis(options.url, {
      lazyConnect: true,
      connectionName: 'touchline',
      enableAutoPipelining,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      // Subscriptions are made by `prepare`, so that reading the views begins only after them.
      autoResubscribe: false,
      commandTimeout: options.commandTimeout,
      connectTimeout: options.connectTimeout,
      retryStrategy: (attempt) => backOff(attempt, options.random()),
      // After a failover the address may lead to a replica: connecting anew finds the writable one.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    redis.on('connect', () => this.#refused.delete(redis));
    redis.on('ready', () => {
      if (this.#refused.size === 0) this.#lastError = 'STORE_UNAVAILABLE';
      if (this.isUp) this.#events.connected();
    });
    redis.on('error', (error: unknown) => {
      this.#lastError = redisError(error).code;
      if (this.#lastError === 'STORE_ACCESS_REFUSED') this.#refused.add(redis);
    });
    redis.on('close', () => {
      if (!this.#closed) this.#events.lost(this.#lastError);
    });
    return redis;
  }
}

/** 50 ms, doubling up to 5 s, each cut by up to a half at random so that replicas do not come back all at once. */
export const backOff = (attempt: number, random: number): Millis =>
  Math.round(Math.min(seconds(5), 50 * 2 ** Math.min(attempt - 1, 10)) * (1 - random / 2));
