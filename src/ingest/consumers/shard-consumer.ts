import type { StoredEvent } from '../../domain/event.ts';
import type { Millis } from '../../domain/time.ts';
import type { Breather } from '../../platform/breather.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeadLetter, EventLog } from '../../ports/event-log.ts';
import { StoreError } from '../../ports/store-error.ts';
import { causeOf, isHopeless, isOutage, TRIES, waitAfter, waitForStore } from './attempts.ts';
import type { EventConsumer, Handled } from './event-consumer.ts';
import { ShardQueue } from './shard-queue.ts';

export interface ShardConsumerReports {
  readonly handled: (event: StoredEvent, outcome: Handled) => void;
  readonly buried: (letter: DeadLetter) => void;
  /** What is neither an outage nor an event's fault: a fault of ours, or of the set-up. It is tried again. */
  readonly fault: (error: unknown) => void;
}

export interface ShardConsumerOptions {
  readonly consumer: EventConsumer;
  readonly log: Pick<EventLog, 'read' | 'bury'>;
  readonly clock: Clock;
  readonly breather: Breather;
  readonly reports: ShardConsumerReports;
  readonly shardId: number;
  /** The number of the last event that has been handled. */
  readonly cursor: number;
  /** Ends it: what is being handled is handled to its end, nothing else is begun. */
  readonly signal: AbortSignal;
}

const READ_AT_ONCE = 500;
const QUEUE_MOST = 2_000;

/**
 * One consumer in one shard, strictly in order. What it handles comes from a queue, which is filled by what is handed
 * over, and from the log when something may be missing behind its end. The log is read beside the handling: what is
 * handed over follows without a gap, and need not wait for that.
 *
 *   idle ──handed over, or read──► handling ──the queue is empty──► idle
 *   handling ──fails──► waiting for the next try, or for a store that is away ──► handling
 *   any ──the signal──► ended
 */
export class ShardConsumer {
  readonly #options: ShardConsumerOptions;
  #queue: ShardQueue;
  #cursor: number;
  #newest: number;
  /** The log may hold more than what was handed over. */
  #missing = true;
  #outages = 0;
  #running: Promise<void> | undefined;
  #reading: Promise<void> | undefined;

  constructor(options: ShardConsumerOptions) {
    this.#options = options;
    this.#cursor = options.cursor;
    this.#newest = options.cursor;
    this.#queue = new ShardQueue(options.cursor, QUEUE_MOST);
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** Events known to be there and not yet handled. */
  get lag(): number {
    return Math.max(0, this.#newest - this.#cursor);
  }

  /** Takes an event that was committed just now; those of a shard come in order. */
  handOver(event: StoredEvent): void {
    this.#newest = Math.max(this.#newest, event.sequenceNumber);
    if (!this.#queue.offer(event)) this.#missing = true;
    this.#wake();
  }

  /** Something may have been committed that was not handed over. */
  lookAgain(): void {
    this.#missing = true;
    this.#wake();
  }

  /** Resolves when nothing is being handled any more. */
  async settled(): Promise<void> {
    while (this.#running ?? this.#reading) await Promise.all([this.#running, this.#reading]);
  }

  #wake(): void {
    if (this.#options.signal.aborted) return;
    if (this.#queue.length > 0)
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
        this.#wake();
      });
    else if (this.#missing && !this.#running)
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
        this.#wake();
      });
  }

  async #run(): Promise<void> {
    const { signal, breather, consumer } = this.#options;
    while (!signal.aborted && this.#queue.length > 0) {
      await this.#handle(this.#queue.take(consumer.batch));
      if (breather.due()) await breather.breathe();
    }
  }

  async #read(): Promise<void> {
    const { log, shardId } = this.#options;
    const queue = this.#queue;
    this.#missing = false;
    const events = await this.#whenThere(() => log.read(shardId, queue.last, READ_AT_ONCE));
    // After an outage another queue begins elsewhere.
    if (events === undefined || queue !== this.#queue) return;
    queue.fill(events);
    this.#newest = Math.max(this.#newest, events.at(-1)?.sequenceNumber ?? 0);
    if (events.length === READ_AT_ONCE) this.#missing = true;
  }

  /** False when the rest has to wait: the store is away, or the end has come. */
  async #handle(events: readonly StoredEvent[]): Promise<boolean> {
    const { consumer, signal } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        this.#advance(events, await consumer.handle(events));
        return true;
      } catch (error) {
        if (isOutage(error)) {
          if (error instanceof StoreError && !error.retryable) this.#options.reports.fault(error);
          await this.#rewind();
          return false;
        }
        if (events.length > 1) return this.#handleEach(events);
        if (attempt === TRIES || isHopeless(error)) return this.#bury(events[0], attempt, error);
        await this.#wait(waitAfter(attempt));
      }
    }
    return false;
  }

  /** Which of them is at fault shows when they come one by one. */
  async #handleEach(events: readonly StoredEvent[]): Promise<boolean> {
    for (const event of events) if (!(await this.#handle([event]))) return false;
    return true;
  }

  #advance(events: readonly StoredEvent[], outcomes: readonly Handled[]): void {
    this.#outages = 0;
    this.#cursor = events.at(-1)?.sequenceNumber ?? this.#cursor;
    for (const [i, event] of events.entries()) this.#options.reports.handled(event, outcomes[i] ?? 'done');
  }

  async #bury(event: StoredEvent | undefined, attempts: number, error: unknown): Promise<boolean> {
    if (event === undefined) return true;
    const { consumer, log, clock, reports } = this.#options;
    const letter: DeadLetter = {
      event,
      consumer: consumer.name,
      ...causeOf(error),
      attempts,
      failedAt: clock.now(),
    };
    const buried = await this.#whenThere(async () => {
      await log.bury(letter);
      return true;
    });
    if (buried === undefined) return false;
    this.#cursor = event.sequenceNumber;
    reports.buried(letter);
    return true;
  }

  /** After an outage: begins again where the consumer says, from the log. */
  async #rewind(): Promise<void> {
    const { consumer, shardId } = this.#options;
    this.#outages += 1;
    await this.#wait(waitForStore(this.#outages));
    const cursor = this.#cursor;
    const from = await this.#whenThere(async () => (await consumer.resume?.(shardId, cursor)) ?? cursor);
    if (from === undefined) return;
    this.#cursor = from;
    this.#queue = new ShardQueue(from, QUEUE_MOST);
    this.#missing = true;
  }

  /** Asks until it is answered; `undefined` when the end came first. */
  async #whenThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
    const { signal } = this.#options;
    for (let look = 1; !signal.aborted; look++) {
      try {
        return await ask();
      } catch (error) {
        if (!isOutage(error)) this.#options.reports.fault(error);
        await this.#wait(waitForStore(look));
      }
    }
    return undefined;
  }

  async #wait(span: Millis): Promise<void> {
    await this.#options.clock.sleep(span, this.#options.signal).catch(() => {});
  }
}
