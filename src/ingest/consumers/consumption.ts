import { SHARDS, type StoredEvent } from '../../domain/event.ts';
import { type Millis, seconds } from '../../domain/time.ts';
import { Breather } from '../../platform/breather.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Leadership } from '../../ports/leadership.ts';
import type { Part } from '../../ports/part.ts';
import { isOutage, waitForStore } from './attempts.ts';
import type { EventConsumer } from './event-consumer.ts';
import { ShardConsumer, type ShardConsumerReports } from './shard-consumer.ts';

export interface ConsumptionOptions {
  readonly consumer: EventConsumer;
  readonly log: Pick<EventLog, 'read' | 'bury' | 'onCommitted' | 'cursors' | 'saveCursors'>;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly reports: ShardConsumerReports;
}

const SAVE_EVERY: Millis = seconds(1);
// Commits of other replicas are announced by the log. Should an announcement be lost all the same, nothing is.
const LOOK_EVERY: Millis = seconds(15);
// Announcements come by the flight: looking for each of them would be reading for nobody.
const ANNOUNCED_WITHIN: Millis = 5;
const ALL_SHARDS: readonly number[] = Array.from({ length: SHARDS }, (_, shardId) => shardId);
const LAST_SAVE_WITHIN: Millis = seconds(2);

/** One term of leading: from the cursors that were found to those that are left behind. */
interface Term {
  readonly ending: AbortController;
  readonly shards: ShardConsumer[];
  readonly begun: Promise<void>;
}

/**
 * Has a consumer follow the event log, on whichever replica leads. It goes on after the cursors that the one before has
 * saved, so what that one handled last may come again.
 *
 *   standby ──leads──► beginning ──cursors read──► following ──leads no more, or stop──► ending ──saved──► standby
 */
export class Consumption implements Part {
  readonly name: string;
  readonly #options: ConsumptionOptions;
  readonly #endings: (() => void)[] = [];
  #term: Term | undefined;
  #ended: Promise<void> = Promise.resolve();
  #saved = new Map<number, number>();
  /** Shards in which other replicas have committed something. */
  readonly #announced = new Set<number>();
  #cancelAnnounced: (() => void) | undefined;

  constructor(options: ConsumptionOptions) {
    this.#options = options;
    this.name = `events to ${options.consumer.name}`;
  }

  async start(): Promise<void> {
    if (this.#endings.length > 0) return;
    const { leadership, log } = this.#options;
    this.#endings.push(
      log.onCommitted((events, shards) => this.#committed(events, shards)),
      leadership.onChange((leads) => (leads ? this.#begin() : void this.#end())),
      this.#every(SAVE_EVERY, () => this.#save()),
      this.#every(LOOK_EVERY, async () => this.#lookAgain()),
    );
  }

  async stop(): Promise<void> {
    for (const end of this.#endings.splice(0)) end();
    this.#cancelAnnounced?.();
    await this.#end();
  }

  /** Resolves when this replica's term has begun, or at once while it does not lead. */
  async begun(): Promise<void> {
    await this.#term?.begun;
  }

  /** Events known to be there that have not been handled; 0 while another replica leads. */
  lag(): number {
    return this.#term?.shards.reduce((sum, shard) => sum + shard.lag, 0) ?? 0;
  }

  #begin(): void {
    if (this.#term) return;
    const ending = new AbortController();
    const shards: ShardConsumer[] = [];
    // A term that is still ending has the cursors that this one begins with.
    const begun = this.#ended.then(() => this.#open(shards, ending.signal));
    this.#term = { ending, shards, begun };
    this.#options.consumer.beforeBegin?.(begun);
  }

  async #open(shards: ShardConsumer[], signal: AbortSignal): Promise<void> {
    const { consumer, log, clock, reports } = this.#options;
    const breather = new Breather();
    const cursors = await this.#untilDone(signal, async () => {
      const saved = await log.cursors(consumer.name);
      await consumer.begin?.(saved);
      const found = new Map<number, number>();
      for (let shardId = 0; shardId < SHARDS; shardId++) {
        const cursor = saved.get(shardId) ?? 0;
        found.set(shardId, (await consumer.resume?.(shardId, cursor)) ?? cursor);
      }
      this.#saved = new Map(saved);
      return found;
    });
    if (cursors === undefined) return;
    for (const [shardId, cursor] of cursors)
      shards.push(new ShardConsumer({ consumer, log, clock, breather, reports, shardId, cursor, signal }));
    for (const shard of shards) shard.lookAgain();
  }

  async #untilDone<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    const { clock, reports } = this.#options;
    for (let look = 1; !signal.aborted; look++) {
      try {
        return await work();
      } catch (error) {
        if (!isOutage(error)) reports.fault(error);
        await clock.sleep(waitForStore(look), signal).catch(() => {});
      }
    }
    return undefined;
  }

  #end(): Promise<void> {
    const term = this.#term;
    this.#term = undefined;
    if (term === undefined) return this.#ended;
    term.ending.abort(new Error('leads no more'));
    this.#ended = this.#close(term);
    return this.#ended;
  }

  async #close({ begun, shards }: Term): Promise<void> {
    await begun;
    await Promise.all(shards.map((shard) => shard.settled()));
    // While Postgres is away this cannot be done; then what was handled last comes again.
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.schedule(LAST_SAVE_WITHIN, resolve);
    });
    await Promise.race([this.#saveOf(shards), late]);
    cancel();
  }

  #committed(events: readonly StoredEvent[], announced: readonly number[] = ALL_SHARDS): void {
    const shards = this.#term?.shards;
    if (shards === undefined || shards.length === 0) return;
    for (const event of events) shards[event.shardId]?.handOver(event);
    if (events.length > 0) return;
    for (const shardId of announced) this.#announced.add(shardId);
    this.#cancelAnnounced ??= this.#options.clock.schedule(ANNOUNCED_WITHIN, () => {
      this.#cancelAnnounced = undefined;
      for (const shardId of this.#announced) this.#term?.shards[shardId]?.lookAgain();
      this.#announced.clear();
    });
  }

  #lookAgain(): void {
    for (const shard of this.#term?.shards ?? []) shard.lookAgain();
  }

  async #save(): Promise<void> {
    await this.#saveOf(this.#term?.shards ?? []);
  }

  async #saveOf(shards: readonly ShardConsumer[]): Promise<void> {
    const { consumer, log, reports } = this.#options;
    // Read before settling: what is handled meanwhile belongs to the next time.
    const moved = new Map<number, number>();
    for (const [shardId, { cursor }] of shards.entries())
      if (cursor !== (this.#saved.get(shardId) ?? 0)) moved.set(shardId, cursor);
    try {
      await consumer.settle?.();
      if (moved.size === 0) return;
      await log.saveCursors(consumer.name, moved);
      for (const [shardId, cursor] of moved) this.#saved.set(shardId, cursor);
    } catch (error) {
      if (!isOutage(error)) reports.fault(error);
    }
  }

  #every(span: Millis, task: () => Promise<void>): () => void {
    let cancel = () => {};
    let ended = false;
    const next = () => {
      if (!ended) cancel = this.#options.clock.schedule(span, () => void task().finally(next));
    };
    next();
    return () => {
      ended = true;
      cancel();
    };
  }
}
