import type { MatchId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import { type EpochMs, hours, type Millis, minutes, seconds } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DatabaseAddress, DatabaseTarget } from '../../ports/database-target.ts';
import type { AuditEntry, History, HistoryEntry, HistoryQuery, OverrideChange } from '../../ports/history.ts';
import type { StoreHealth } from '../../ports/live-store.ts';
import type { PollingOverride } from '../../ports/polling.ts';
import { StoreError } from '../../ports/store-error.ts';
import { Database } from './database.ts';
import { EmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { insertRows, readEntries, readLastScore } from './history-rows.ts';
import { HistoryWriter } from './history-writer.ts';
import { readMatch, readMatches } from './match-records.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { OverrideWatch } from './override-watch.ts';
import { readAudit, readOverrides, readRevision, writeOverride } from './overrides.ts';
import { maintainPartitions, type Retention } from './partitions.ts';
import type { StoreLog } from './store-log.ts';

export interface PostgresHistoryOptions {
  readonly target: DatabaseTarget;
  readonly clock: Clock;
  readonly log: StoreLog;
  readonly retention: Retention;
  /** Entries that may wait while Postgres is away; 50,000 when absent. */
  readonly queueCapacity?: number;
  /** How long a stop may go on storing what waits; 5 s when absent. */
  readonly stopWithin?: Millis;
}

const WATCH_EVERY: Millis = seconds(5);
const MAINTAIN_EVERY: Millis = hours(24);
const MAINTAIN_AGAIN: Millis = minutes(10);
const STOP_WITHIN: Millis = seconds(5);

/**
 * History in Postgres, external or embedded. `start` connects, migrates, makes partitions and listens; it throws
 * `StoreError` when any of that fails, and may be called again. While it runs, an outage is survived: writes wait, reads
 * throw `STORE_UNAVAILABLE`.
 */
export class PostgresHistory implements History {
  readonly name = 'history';
  readonly #options: PostgresHistoryOptions;
  readonly #embedded: EmbeddedPostgres | undefined;
  readonly #database: Database;
  readonly #writer: HistoryWriter;
  readonly #watch: OverrideWatch;
  readonly #listeners = new Set<() => void>();
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #running = false;
  #address: DatabaseAddress | undefined;
  #revision = '';
  #timers = new Map<string, () => void>();

  constructor(options: PostgresHistoryOptions) {
    const { target, clock, log } = options;
    this.#options = options;
    this.#embedded =
      target.kind === 'embedded' ? new EmbeddedPostgres({ dataDir: target.dataDir, clock }) : undefined;
    this.#database = new Database({
      clock,
      kind: this.#embedded ? 'embedded-postgres' : 'postgres',
      onEdge: (health) => this.#said(health),
    });
    this.#writer = new HistoryWriter({
      clock,
      log,
      insert: (rows) => this.#database.run((sql) => insertRows(sql, rows)),
      ...(options.queueCapacity === undefined ? {} : { capacity: options.queueCapacity }),
    });
    this.#watch = new OverrideWatch(() => this.#overridesChanged());
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

  keepMatch(match: Match): void {
    this.#writer.keepMatch(match);
  }

  keep(entry: HistoryEntry): void {
    this.#writer.keep(entry);
  }

  flushed(): Promise<void> {
    return this.#writer.flushed();
  }

  read(query: HistoryQuery): Promise<readonly HistoryEntry[]> {
    return this.#database.run((sql) => readEntries(sql, query));
  }

  matches(since: EpochMs): Promise<readonly Match[]> {
    return this.#database.run((sql) => readMatches(sql, since));
  }

  match(id: MatchId): Promise<Match | undefined> {
    return this.#database.run((sql) => readMatch(sql, id));
  }

  lastScore(id: MatchId): Promise<HistoryEntry | undefined> {
    return this.#database.run((sql) => readLastScore(sql, id));
  }

  overrides(): Promise<readonly PollingOverride[]> {
    return this.#database.run(readOverrides);
  }

  changeOverride(change: OverrideChange): Promise<void> {
    return this.#database.run((sql) => writeOverride(sql, change));
  }

  onOverridesChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  audit(limit: number): Promise<readonly AuditEntry[]> {
    return this.#database.run((sql) => readAudit(sql, limit));
  }

  queue(): { readonly waiting: number; readonly lost: number } {
    return { waiting: this.#writer.waiting, lost: this.#writer.lost };
  }

  health(): StoreHealth {
    return this.#database.health();
  }

  /** Where the database is, for others that keep something in it; known after a start. */
  address(): DatabaseAddress {
    if (!this.#address) throw new StoreError('STORE_STOPPED', 'The database is not started.');
    return this.#address;
  }

  async #start(): Promise<void> {
    if (this.#stopping)
      throw new StoreError('STORE_STOPPED', 'The history was stopped and cannot start again.');
    this.#address = await this.#findAddress();
    await this.#database.open(this.#address);
    await migrate(this.#database, MIGRATIONS);
    await this.#maintain();
    this.#revision = await this.#database.run(readRevision);
    this.#running = true;
    this.#listen();
    this.#repeat('watch', WATCH_EVERY, () => this.#check());
    this.#repeat('maintain', MAINTAIN_EVERY, () => this.#maintain());
  }

  async #findAddress(): Promise<DatabaseAddress> {
    const { target } = this.#options;
    if (target.kind !== 'embedded') return target;
    return (this.#embedded as EmbeddedPostgres).start();
  }

  /** Not waited for: behind a pooler it may never succeed, and the revision is read anyhow. */
  #listen(): void {
    if (!this.#address) return;
    this.#watch.listen(this.#address).catch((err: StoreError) => {
      if (this.#running && !err.retryable)
        this.#options.log.warn({ err }, 'cannot listen for changes of other replicas, asking every 5 s');
    });
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => {});
    const left = await this.#writer.stop(this.#running ? (this.#options.stopWithin ?? STOP_WITHIN) : 0);
    if (left > 0) this.#options.log.warn({ lost: left }, 'history was not written before the stop');
    await this.#release();
  }

  async #release(): Promise<void> {
    this.#running = false;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    await this.#watch.stop();
    await this.#database.close();
    await this.#embedded?.stop();
  }

  /**
   * Runs `task` every `span`, never twice at once. A failure is for the next round; it is said once, unless it is an
   * outage, which is said where health turns.
   */
  #repeat(task: string, span: Millis, run: () => Promise<unknown>): void {
    let failing = false;
    const failed = (err: unknown): Millis => {
      const outage = err instanceof StoreError && err.retryable;
      if (!outage && !failing && this.#running)
        this.#options.log.warn({ task, err }, 'upkeep of history failed');
      failing ||= !outage;
      return Math.min(span, MAINTAIN_AGAIN);
    };
    const round = async () => {
      const next = await run().then(() => {
        failing = false;
        return span;
      }, failed);
      if (this.#running) this.#timers.set(task, this.#options.clock.schedule(next, round));
    };
    this.#timers.set(task, this.#options.clock.schedule(span, round));
  }

  /** Sees whether Postgres answers when nobody asks anything, and what the listener may have missed. */
  async #check(): Promise<void> {
    await this.#embedded?.keepUp();
    const revision = await this.#database.run(readRevision);
    if (revision !== this.#revision) this.#overridesChanged();
    this.#revision = revision;
  }

  #maintain(): Promise<unknown> {
    return maintainPartitions(this.#database, this.#options.retention, this.#options.clock.now());
  }

  #overridesChanged(): void {
    for (const listener of this.#listeners) listener();
  }

  #said(health: StoreHealth): void {
    if (!this.#running) return;
    const { log } = this.#options;
    if (health.status === 'down') {
      log.warn({ code: health.lastErrorCode }, 'Postgres does not answer, history waits');
    } else {
      log.info({ waiting: this.#writer.waiting }, 'Postgres answers again');
      this.#listen();
    }
  }
}

export const createPostgresHistory = (options: PostgresHistoryOptions): PostgresHistory =>
  new PostgresHistory(options);
