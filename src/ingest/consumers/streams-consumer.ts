import type { StoredEvent } from '../../domain/event.ts';
import { after, type EpochMs, type Millis, seconds } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { EventStreams } from '../../ports/event-streams.ts';
import { StoreError } from '../../ports/store-error.ts';
import { isOutage } from './attempts.ts';
import type { EventConsumer, Handled } from './event-consumer.ts';

export interface StreamsConsumerOptions {
  readonly streams: EventStreams;
  readonly log: Pick<EventLog, 'read'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Entries of events older than this may go. */
  readonly keepFor: Millis;
}

const TRIM_EVERY: Millis = seconds(30);

/**
 * Carries events on to the streams that others follow. How far it has come is what the streams say, not what was noted:
 * a Redis that has lost its newest entries gets them again.
 */
export class StreamsConsumer implements EventConsumer {
  readonly name = 'streams';
  readonly batch = 200;
  readonly #options: StreamsConsumerOptions;
  /** How far each stream is known to have come. */
  readonly #reached = new Map<number, number>();
  #trimAt: EpochMs;

  constructor(options: StreamsConsumerOptions) {
    this.#options = options;
    this.#trimAt = after(options.clock.now(), TRIM_EVERY);
  }

  async resume(shardId: number): Promise<number> {
    const last = await this.#options.streams.last(shardId);
    this.#reached.set(shardId, last);
    return last > 0 ? last : this.#beginning(shardId);
  }

  async handle(events: readonly StoredEvent[]): Promise<readonly Handled[]> {
    const [first] = events;
    if (first === undefined) return [];
    const { shardId } = first;
    const reached = this.#reached.get(shardId) ?? 0;
    if ((await this.#options.streams.append(events, reached)) === 'lost')
      throw new StoreError('STORE_UNAVAILABLE', 'a stream has lost its newest entries');
    this.#reached.set(shardId, Math.max(reached, events.at(-1)?.sequenceNumber ?? 0));
    return events.map(() => 'done');
  }

  async handleLate(event: StoredEvent): Promise<Handled> {
    await this.#options.streams.appendLate(event);
    return 'done';
  }

  /** What is in the streams came from the log, so all of it is persisted: age alone decides what may go. */
  async settle(): Promise<void> {
    const { streams, clock, keepFor } = this.#options;
    const now = clock.now();
    if (now < this.#trimAt) return;
    this.#trimAt = after(now, TRIM_EVERY);
    try {
      for (const shardId of this.#reached.keys()) await streams.trim(shardId, after(now, -keepFor));
    } catch (error) {
      if (!isOutage(error)) throw error;
    }
  }

  /** A stream that is new, or was lost, begins with the oldest event that it would still keep. */
  async #beginning(shardId: number): Promise<number> {
    const { log, clock, keepFor } = this.#options;
    const since = after(clock.now(), -keepFor);
    // True from some number on: numbers grow with time.
    const isYoungAfter = async (number: number): Promise<boolean> => {
      const [next] = await log.read(shardId, number, 1);
      return next === undefined || next.receivedAt >= since;
    };
    if (await isYoungAfter(0)) return 0;
    let high = 1;
    while (!(await isYoungAfter(high))) high *= 2;
    let low = Math.floor(high / 2);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await isYoungAfter(middle)) high = middle;
      else low = middle;
    }
    return high;
  }
}
