import { type EventDraft, SHARDS, type StoredEvent } from '../../../domain/event.ts';
import type { MatchId } from '../../../domain/ids.ts';
import { type Millis, seconds } from '../../../domain/time.ts';
import { randomText } from '../../../platform/random-text.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { DatabaseAddress } from '../../../ports/database-target.ts';
import type { AppendOutcome, Cursors, DeadLetter, EventLog, EventQuery } from '../../../ports/event-log.ts';
import type { StoreHealth } from '../../../ports/live-store.ts';
import { StoreError } from '../../../ports/store-error.ts';
import { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { MIGRATIONS } from '../migrations.ts';
import type { StoreLog } from '../store-log.ts';
import { appendFlight } from './append-flight.ts';
import { AppendQueue, type Load } from './append-queue.ts';
import { appendRows, isStored } from './append-rows.ts';
import { CommitWatch } from './commit-watch.ts';
import { readCursors, writeCursors } from './cursors.ts';
import { insertLetter, readLetters, takeLetters } from './dead-letters.ts';
import { placeEvents, readShard, searchEvents } from './event-rows.ts';

export interface PostgresEventLogOptions {
  /** Asked at start: an embedded server is another part's, which has started before. */
  readonly address: () => DatabaseAddress;
  readonly clock: Clock;
  readonly log: StoreLog;
  /** What may wait to be stored; 50,000 events or 64 MiB of data when absent. */
  readonly capacity?: Load;
}

const CAPACITY: Load = { drafts: 50_000, characters: 64 * 2 ** 20 };
const FLIGHT: Load = { drafts: 4_000, characters: 8 * 2 ** 20 };
/** How long a flight may take, and how long a caller may wait for his to begin. */
const PATIENCE: Millis = seconds(5);

/**
 * The event log in Postgres (docs/adr/0006). `start` connects and migrates; it throws `StoreError` and may be called
 * again. While Postgres is away `append` rejects within ten seconds with a retryable `StoreError`.
 */
export class PostgresEventLog implements EventLog {
  readonly name = 'event-log';
  readonly #options: PostgresEventLogOptions;
  /** Tells our own commits from those of other replicas. */
  readonly #origin = randomText(10);
  /** Apart from the reads: a read that hangs ends the pool it is on. */
  readonly #appends: Database;
  readonly #reads: Database;
  readonly #queue: AppendQueue;
  readonly #watch: CommitWatch;
  readonly #listeners = new Set<(events: readonly StoredEvent[]) => void>();
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #running = false;

  constructor(options: PostgresEventLogOptions) {
    const { clock } = options;
    this.#options = options;
    this.#appends = new Database({
      clock,
      kind: 'postgres',
      pool: { max: 1, lasting: true, applicationName: 'touchline event log' },
      onEdge: (health) => this.#said(health),
    });
    this.#reads = new Database({ clock, kind: 'postgres', pool: { max: 4 } });
    this.#queue = new AppendQueue({
      clock,
      capacity: options.capacity ?? CAPACITY,
      flight: FLIGHT,
      patience: PATIENCE,
      commit: (drafts) => this.#commit(drafts),
    });
    this.#watch = new CommitWatch(this.#origin, () => this.#tell([]));
  }

  start(): Promise<void> {
    this.#starting ??= this.#start().catch(async (error) => {
      await this.#release();
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  append(drafts: readonly EventDraft[]): Promise<readonly AppendOutcome[]> {
    return this.#queue.append(drafts);
  }

  read(shardId: number, sequenceNumber: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#reads.run((sql) => readShard(sql, shardId, sequenceNumber, limit));
  }

  onCommitted(listener: (events: readonly StoredEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  search(query: EventQuery): Promise<readonly StoredEvent[]> {
    return this.#reads.run((sql) => searchEvents(sql, query));
  }

  async placed(events: readonly { readonly event: StoredEvent; readonly matchId: MatchId }[]): Promise<void> {
    if (events.length > 0) await this.#reads.run((sql) => placeEvents(sql, events));
  }

  cursors(consumer: string): Promise<Cursors> {
    return this.#reads.run((sql) => readCursors(sql, consumer));
  }

  async saveCursors(consumer: string, cursors: Cursors): Promise<void> {
    if (cursors.size > 0) await this.#reads.run((sql) => writeCursors(sql, consumer, cursors));
  }

  bury(letter: DeadLetter): Promise<void> {
    return this.#reads.run((sql) => insertLetter(sql, letter));
  }

  deadLetters(query: { readonly limit: number; readonly before?: number }) {
    return this.#reads.run((sql) => readLetters(sql, query));
  }

  exhume(ids: readonly number[]): Promise<readonly DeadLetter[]> {
    return this.#reads.run((sql) => takeLetters(sql, ids));
  }

  /** Events that wait to be stored. */
  waiting(): number {
    return this.#queue.waiting;
  }

  health(): StoreHealth {
    return this.#appends.health();
  }

  async #start(): Promise<void> {
    if (this.#stopping)
      throw new StoreError('STORE_STOPPED', 'The event log was stopped and cannot start again.');
    const address = this.#options.address();
    await this.#reads.open(address);
    await migrate(this.#reads, MIGRATIONS);
    await this.#reads.script(
      `insert into event_shards select n, 0 from generate_series(0, ${SHARDS - 1}) n on conflict do nothing`,
    );
    await this.#appends.open(address);
    // Not waited for: behind a pooler it may never succeed.
    void this.#watch.start(address).catch((err) => {
      if (this.#running) this.#options.log.warn({ err }, 'cannot listen for events of other replicas');
    });
    this.#running = true;
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => {});
    await this.#queue.stop();
    await this.#release();
  }

  async #release(): Promise<void> {
    this.#running = false;
    await this.#watch.stop();
    await this.#appends.close();
    await this.#reads.close();
  }

  async #commit(drafts: readonly EventDraft[]): Promise<readonly AppendOutcome[]> {
    const insert = (some: readonly EventDraft[]) =>
      this.#appends.run((sql) => appendRows(sql, some, this.#origin), PATIENCE);
    const outcomes = await appendFlight(insert, drafts);
    const events = outcomes.filter(isStored).map(({ event }) => event);
    if (events.length > 0) this.#tell(events);
    return outcomes;
  }

  #tell(events: readonly StoredEvent[]): void {
    for (const listener of this.#listeners)
      try {
        listener(events);
      } catch (err) {
        this.#options.log.error({ err }, 'a listener of the event log failed');
      }
  }

  #said(health: StoreHealth): void {
    if (!this.#running) return;
    if (health.status === 'down')
      this.#options.log.warn({ code: health.lastErrorCode }, 'Postgres does not answer, pushes are refused');
    else this.#options.log.info({}, 'Postgres answers again, pushes are taken');
  }
}

export const createPostgresEventLog = (options: PostgresEventLogOptions): PostgresEventLog =>
  new PostgresEventLog(options);
