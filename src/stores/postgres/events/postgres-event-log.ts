import { type EventDraft, SHARDS, type StoredEvent } from '../../../domain/event.ts';
import type { MatchId } from '../../../domain/ids.ts';
import { type Millis, seconds } from '../../../domain/time.ts';
import { randomText } from '../../../platform/random-text.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { DatabaseAddress } from '../../../ports/database-target.ts';
import type {
  AppendOutcome,
  CommitListener,
  Cursors,
  DeadLetter,
  EventLog,
  EventQuery,
} from '../../../ports/event-log.ts';
import type { ArchiveTarget, EventRetention } from '../../../ports/event-retention.ts';
import type { StoreHealth } from '../../../ports/live-store.ts';
import { StoreError } from '../../../ports/store-error.ts';
import { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { MIGRATIONS } from '../migrations.ts';
import type { StoreLog } from '../store-log.ts';
import { appendFlight } from './append-flight.ts';
import { AppendQueue, type Load } from './append-queue.ts';
import { appendRows, isStored } from './append-rows.ts';
import { openArchive } from './archive/open-archive.ts';
import { CommitWatch } from './commit-watch.ts';
import { readCursors, writeCursors } from './cursors.ts';
import { insertLetter, readLetters, takeLetters } from './dead-letters.ts';
import { placeEvents, readShard, searchEvents } from './event-rows.ts';
import { HeadCheck } from './head-check.ts';
import { EventUpkeep } from './upkeep.ts';

export interface PostgresEventLogOptions {
  /** Asked at start: an embedded server is another part's, which has started before. */
  readonly address: () => DatabaseAddress;
  readonly clock: Clock;
  readonly log: StoreLog;
  readonly retention: EventRetention;
  /** Where events go that are past their retention; they go nowhere when absent. */
  readonly archive?: ArchiveTarget;
  /** What may wait to be stored; 50,000 events or 64 Mi characters of data when absent. */
  readonly capacity?: Load;
}

const CAPACITY: Load = { drafts: 50_000, characters: 64 * 2 ** 20 };
const FLIGHT: Load = { drafts: 2_000, characters: 8 * 2 ** 20 };
/** How long a flight may take, and how long a caller may wait for his to begin. */
const PATIENCE: Millis = seconds(5);
const STOP_WITHIN: Millis = seconds(2);
const PLACED_AT_ONCE = 1_000;
/** How late an event of another replica is seen where its notice is not heard, as behind a transaction pooler. */
const CHECK_EVERY: Millis = seconds(2);

/**
 * The event log in Postgres (docs/adr/0006). `start` connects and migrates; it throws `StoreError` and may be called
 * again. While Postgres is away `append` rejects within ten seconds with a retryable `StoreError`.
 */
export class PostgresEventLog implements EventLog {
  readonly name = 'event-log';
  readonly #options: PostgresEventLogOptions;
  /** Tells our own commits from those of other replicas. */
  readonly #origin = randomText(10);
  // Apart from each other: a request that hangs ends the pool it is on.
  readonly #appends: Database;
  readonly #reads: Database;
  readonly #slow: Database;
  readonly #queue: AppendQueue;
  readonly #watch: CommitWatch;
  readonly #heads = new HeadCheck();
  readonly #upkeep: EventUpkeep;
  readonly #listeners = new Set<CommitListener>();
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #running = false;
  #address: DatabaseAddress | undefined;
  #cancelCheck = () => {};

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
    this.#slow = new Database({ clock, kind: 'postgres', pool: { max: 2 } });
    this.#queue = new AppendQueue({
      clock,
      capacity: options.capacity ?? CAPACITY,
      flight: FLIGHT,
      patience: PATIENCE,
      commit: (drafts) => this.#commit(drafts),
    });
    this.#watch = new CommitWatch(this.#origin, (shards) => this.#tell([], shards));
    this.#upkeep = new EventUpkeep({
      database: this.#slow,
      clock,
      log: options.log,
      retention: options.retention,
      holder: this.#origin,
      ...(options.archive === undefined ? {} : { archive: openArchive(options.archive) }),
    });
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

  onCommitted(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  search(query: EventQuery): Promise<readonly StoredEvent[]> {
    return this.#reads.run((sql) => searchEvents(sql, query));
  }

  async placed(events: readonly { readonly event: StoredEvent; readonly matchId: MatchId }[]): Promise<void> {
    for (let from = 0; from < events.length; from += PLACED_AT_ONCE) {
      const some = events.slice(from, from + PLACED_AT_ONCE);
      await this.#reads.run((sql) => placeEvents(sql, some));
    }
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

  /** Does at once what is done every hour: makes partitions, archives and removes. Returns the days that lost something. */
  keepUp(): Promise<readonly string[]> {
    return this.#upkeep.run();
  }

  health(): StoreHealth {
    return this.#appends.health();
  }

  async #start(): Promise<void> {
    if (this.#stopping)
      throw new StoreError('STORE_STOPPED', 'The event log was stopped and cannot start again.');
    const address = this.#options.address();
    this.#address = address;
    await this.#reads.open(address);
    await migrate(this.#reads, MIGRATIONS);
    await this.#reads.script(
      `insert into event_shards select n, 0 from generate_series(0, ${SHARDS - 1}) n on conflict do nothing`,
    );
    await this.#slow.open(address);
    await this.#upkeep.makePartitions();
    await this.#appends.open(address);
    await this.#reads.run((sql) => this.#heads.hasMoved(sql));
    this.#running = true;
    this.#upkeep.start();
    this.#listen();
    this.#scheduleCheck();
  }

  /** Not waited for: behind a pooler it may never succeed, and the heads are looked at anyhow. */
  #listen(): void {
    if (!this.#address) return;
    this.#watch.listen(this.#address).catch((err: StoreError) => {
      if (this.#running && !err.retryable)
        this.#options.log.warn({ err }, 'cannot listen for events of other replicas, asking every 2 s');
    });
  }

  #scheduleCheck(): void {
    this.#cancelCheck = this.#options.clock.schedule(CHECK_EVERY, async () => {
      // Also finds out that Postgres is back when nobody pushes; an outage is said where health turns.
      const moved = await this.#appends.run((sql) => this.#heads.hasMoved(sql), PATIENCE).catch(() => false);
      if (!this.#running) return;
      if (moved) this.#tell([]);
      this.#scheduleCheck();
    });
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => {});
    await this.#queue.stop();
    await this.#endUpkeep();
    await this.#release();
  }

  async #release(): Promise<void> {
    this.#running = false;
    this.#cancelCheck();
    await this.#watch.stop();
    await this.#appends.close();
    await this.#reads.close();
    await this.#slow.close();
  }

  /** What it asks of Postgres may take minutes: then its connection is cut, and the next round begins it again. */
  async #endUpkeep(): Promise<void> {
    const ended = this.#upkeep.stop();
    const late = Promise.withResolvers<void>();
    const cancel = this.#options.clock.schedule(STOP_WITHIN, late.resolve);
    await Promise.race([ended, late.promise]);
    cancel();
    await this.#slow.close();
    await ended;
  }

  async #commit(drafts: readonly EventDraft[]): Promise<readonly AppendOutcome[]> {
    const insert = (some: readonly EventDraft[]) =>
      this.#appends.run((sql) => appendRows(sql, some, this.#origin), PATIENCE);
    const outcomes = await appendFlight(insert, drafts);
    const events = outcomes.filter(isStored).map(({ event }) => event);
    this.#heads.committed(events);
    if (events.length > 0) this.#tell(events);
    return outcomes;
  }

  #tell(events: readonly StoredEvent[], shards?: readonly number[]): void {
    for (const listener of this.#listeners)
      try {
        listener(events, shards);
      } catch (err) {
        this.#options.log.error({ err }, 'a listener of the event log failed');
      }
  }

  #said(health: StoreHealth): void {
    if (!this.#running) return;
    const { log } = this.#options;
    if (health.status === 'down') {
      log.warn({ code: health.lastErrorCode }, 'Postgres does not answer, pushes are refused');
    } else {
      log.info({}, 'Postgres answers again, pushes are taken');
      this.#listen();
    }
  }
}

export const createPostgresEventLog = (options: PostgresEventLogOptions): PostgresEventLog =>
  new PostgresEventLog(options);
