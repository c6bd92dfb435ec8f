import { Redis } from 'ioredis';
import type { StoredEvent } from '../../domain/event.ts';
import { type EpochMs, epochMs, iso, type Millis, seconds } from '../../domain/time.ts';
import { randomText } from '../../platform/random-text.ts';
import type { EventStreams } from '../../ports/event-streams.ts';
import { StoreError } from '../../ports/store-error.ts';
import { APPEND, APPEND_LATE, LAST_NUMBER } from './event-streams-scripts.ts';
import { redisError } from './redis-error.ts';
import { backOff } from './redis-link.ts';

export interface RedisEventStreamsOptions {
  /** `redis://` or `rediss://`; never logged. */
  readonly url: string;
  /** Put before every key, so that several can share one server. */
  readonly keyPrefix?: string;
  readonly commandTimeout?: Millis;
}

// Redis does nothing else while a script runs.
const CHARACTERS_AT_ONCE = 256 * 1024;

/**
 * Event streams in Redis: `events:{<shard>}`, entry ids `<sequenceNumber>-0`. A connection of its own, so that nobody
 * who reads them slows down the views; it reconnects by itself for ever, and while it is away calls fail at once.
 */
export class RedisEventStreams implements EventStreams {
  readonly name = 'event-streams';
  readonly #redis: Redis;
  readonly #prefix: string;
  #opened = false;

  constructor({ url, keyPrefix = '', commandTimeout = seconds(2) }: RedisEventStreamsOptions) {
    this.#prefix = keyPrefix;
    this.#redis = new Redis(url, {
      lazyConnect: true,
      connectionName: 'touchline event streams',
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      commandTimeout,
      retryStrategy: (attempt) => backOff(attempt, Number.parseInt(randomText(2), 36) / 36 ** 2),
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    // Failures reach whoever asks for something.
    this.#redis.on('error', () => {});
  }

  /** Does not wait for Redis: the streams catch up when it is there. */
  async start(): Promise<void> {
    if (this.#opened) return;
    this.#opened = true;
    this.#redis.connect().catch(() => {});
  }

  async stop(): Promise<void> {
    await this.#redis.quit().catch(() => {});
    this.#redis.disconnect();
  }

  async last(shardId: number): Promise<number> {
    return Number(await this.#run(LAST_NUMBER, shardId, []));
  }

  async append(events: readonly StoredEvent[], reached: number): Promise<'appended' | 'lost'> {
    let from = reached;
    for (const some of inPortions(events)) {
      const [first] = some;
      if (first === undefined) break;
      const args = some.flatMap((event) => [event.sequenceNumber, ...entryOf(event)]);
      if ((await this.#run(APPEND, first.shardId, [from, ...args])) !== 1) return 'lost';
      from = Math.max(from, some.at(-1)?.sequenceNumber ?? 0);
    }
    return 'appended';
  }

  async appendLate(event: StoredEvent): Promise<void> {
    await this.#run(APPEND_LATE, event.shardId, [event.sequenceNumber, ...entryOf(event)]);
  }

  async trim(shardId: number, before: EpochMs): Promise<void> {
    const key = this.#key(shardId);
    const [newest] = await this.#send((redis) => redis.xrevrange(key, '+', '-', 'COUNT', 1));
    const [oldest] = await this.#send((redis) => redis.xrange(key, '-', '+', 'COUNT', 1));
    if (!oldest || !newest || receivedAt(oldest) >= before) return;
    // The first entry that stays lies in (low, high].
    let low = numberOf(oldest);
    let high = numberOf(newest) + 1;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const [entry] = await this.#send((redis) => redis.xrange(key, `${middle}-0`, '+', 'COUNT', 1));
      if (entry && receivedAt(entry) < before) low = numberOf(entry);
      else high = middle;
    }
    await this.#send((redis) => redis.xtrim(key, 'MINID', '~', high));
  }

  #key(shardId: number): string {
    return `${this.#prefix}events:{${shardId}}`;
  }

  #run(script: string, shardId: number, args: readonly (string | number)[]): Promise<unknown> {
    const key = this.#key(shardId);
    return this.#send((redis) => redis.eval(script, 1, key, ...args), key);
  }

  async #send<T>(command: (redis: Redis) => Promise<T>, key = ''): Promise<T> {
    try {
      return await command(this.#redis);
    } catch (error) {
      if (error instanceof Error && error.message.includes('WRONGTYPE'))
        throw new StoreError('STORE_UNSUPPORTED', `${key} in Redis is not a stream`);
      throw redisError(error);
    }
  }
}

/** Count of fields, fields and values. */
function entryOf(event: StoredEvent): (string | number)[] {
  const { itemId, eventType, source, externalId, subject, matchId, occurredAt, data } = event;
  const fields = {
    itemId,
    eventType,
    source,
    externalId,
    subject,
    ...(matchId !== undefined && { matchId }),
    ...(occurredAt !== undefined && { occurredAt: iso(occurredAt) }),
    receivedAt: iso(event.receivedAt),
    data,
  };
  const list = Object.entries(fields).flat();
  return [list.length / 2, ...list];
}

function* inPortions(events: readonly StoredEvent[]): Generator<readonly StoredEvent[]> {
  let portion: StoredEvent[] = [];
  let characters = 0;
  for (const event of events) {
    if (portion.length > 0 && characters + event.data.length > CHARACTERS_AT_ONCE) {
      yield portion;
      portion = [];
      characters = 0;
    }
    portion.push(event);
    characters += event.data.length;
  }
  yield portion;
}

type Entry = [id: string, fields: string[]];

const numberOf = ([id]: Entry): number => Number.parseInt(id, 10);

const receivedAt = ([, fields]: Entry): EpochMs =>
  epochMs(Date.parse(fields[fields.indexOf('receivedAt') + 1] ?? ''));
