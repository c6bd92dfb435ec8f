import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MatchId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import { type Millis, seconds } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HistoryEntry } from '../../ports/history.ts';
import { StoreError } from '../../ports/store-error.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { entryRow, matchRow, type Row } from './history-rows.ts';
import type { StoreLog } from './store-log.ts';

export interface HistoryWriterOptions {
  readonly clock: Clock;
  readonly log: StoreLog;
  /** Stores the rows; the same rows may come again. Returns the links it refused. Throws `StoreError`. */
  readonly insert: (rows: readonly Row[]) => Promise<number>;
  /** Entries that may wait, one of markets weighing one more for each of its markets. 50,000 when absent. */
  readonly capacity?: number;
}

const FLUSH_EVERY: Millis = 100;
// A batch is begun early at this many, and catches up with more after an outage.
const FULL_ROWS = 500;
const BATCH_ROWS = 2_000;
const BATCH_CHARACTERS = 1_000_000;
// Making this much JSON takes about a millisecond; then others get their turn.
const SLICE_CHARACTERS = 100_000;
const FIRST_RETRY: Millis = 100;
const LAST_RETRY: Millis = seconds(3);

/**
 * Takes entries at once and stores them in batches, in order, one batch at a time. While Postgres is away the batch in
 * hand is tried again and the rest waits; when too much waits the oldest falls out. A row that Postgres refuses for what
 * it says is left out alone. Everything left out is in `lost`.
 *
 *   idle ──keep──► scheduled ──100 ms, or a full batch──► flushing ──nothing left──► idle
 */
export class HistoryWriter {
  readonly #options: HistoryWriterOptions;
  readonly #entries: BoundedQueue<HistoryEntry>;
  readonly #matches = new Map<MatchId, Match>();
  readonly #ending = new AbortController();
  #waiters: { readonly entries: number; readonly matches: number; readonly resolve: () => void }[] = [];
  #cancelTick: (() => void) | undefined;
  #flushing: Promise<void> | undefined;
  /** The batch being made or stored: how much is in it, and where in the row of all entries it begins. */
  #inHand: { rows: number; readonly firstEntry: number; matchesUpTo: number } | undefined;
  #matchesKept = 0;
  #matchesStored = 0;
  #lost = 0;
  #lostBefore: number | undefined;
  #refusedLinks = 0;
  #failing = false;

  constructor(options: HistoryWriterOptions) {
    this.#options = options;
    this.#entries = new BoundedQueue(options.capacity ?? 50_000, weightOf);
  }

  keep(entry: HistoryEntry): void {
    if (this.#ending.signal.aborted) {
      this.#lost++;
      return;
    }
    const fallen = this.#entries.push(entry);
    if (fallen > 0) this.#lose(fallen);
    this.#schedule();
  }

  /** Only the newest description of a match is stored. */
  keepMatch(match: Match): void {
    if (this.#ending.signal.aborted) return;
    this.#matches.delete(match.id);
    this.#matches.set(match.id, match);
    this.#matchesKept++;
    this.#schedule();
  }

  flushed(): Promise<void> {
    if (this.#ending.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const entries = this.#entries.left + this.#entries.length;
      this.#waiters.push({ entries, matches: this.#matchesKept, resolve });
      this.#flush();
      this.#settleWaiters();
    });
  }

  /** Stores what waits, for at most `within`; returns how many are left and lost. */
  async stop(within: Millis): Promise<number> {
    const { clock } = this.#options;
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.schedule(within, resolve);
    });
    await Promise.race([this.flushed(), late]);
    cancel();
    const left = this.waiting;
    this.#lost += left;
    this.#ending.abort();
    this.#cancelTick?.();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
    return left;
  }

  get waiting(): number {
    return this.#entries.length + this.#matches.size + (this.#inHand?.rows ?? 0);
  }

  get lost(): number {
    return this.#lost;
  }

  /** Links left out because another match had them first. */
  get refusedLinks(): number {
    return this.#refusedLinks;
  }

  #schedule(): void {
    if (this.#flushing) return;
    if (this.#entries.length >= FULL_ROWS) this.#flush();
    else this.#cancelTick ??= this.#options.clock.schedule(FLUSH_EVERY, () => this.#flush());
  }

  #flush(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#flushing ??= this.#drain().finally(() => {
      this.#flushing = undefined;
      if (this.#entries.length + this.#matches.size === 0) return;
      if (this.#waiters.length > 0) this.#flush();
      else this.#schedule();
    });
  }

  async #drain(): Promise<void> {
    while (this.#entries.length + this.#matches.size > 0 && !this.#ending.signal.aborted) {
      const batch = { rows: 0, firstEntry: this.#entries.left, matchesUpTo: this.#matchesStored };
      this.#inHand = batch;
      await this.#store(await this.#fill(batch));
      this.#inHand = undefined;
      this.#matchesStored = batch.matchesUpTo;
      this.#settleWaiters();
    }
  }

  /** Matches first: a match is known before what happened in it. */
  async #fill(batch: { rows: number; matchesUpTo: number }): Promise<readonly Row[]> {
    const rows: Row[] = [];
    let [total, slice] = [0, 0];
    const add = async (make: () => Row) => {
      const row = this.#made(make);
      if (!row) return;
      batch.rows = rows.push(row);
      total += row.json.length;
      slice += row.json.length;
      if (slice < SLICE_CHARACTERS) return;
      slice = 0;
      await nextTurn();
    };
    const room = () => rows.length < BATCH_ROWS && total < BATCH_CHARACTERS;
    // A match described anew while others have their turn waits: one statement cannot store it twice.
    const taken = new Set<MatchId>();
    for (const [id, match] of this.#matches) {
      if (!room()) break;
      if (taken.has(id)) continue;
      taken.add(id);
      this.#matches.delete(id);
      await add(() => matchRow(match));
    }
    if (this.#matches.size === 0) batch.matchesUpTo = this.#matchesKept;
    while (room()) {
      const entry = this.#entries.shift();
      if (!entry) break;
      await add(() => entryRow(entry));
    }
    return rows;
  }

  /** An entry that cannot even be written down (an impossible time) is left out. */
  #made(make: () => Row): Row | undefined {
    try {
      return make();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'history entry cannot be stored');
      this.#lost++;
      return undefined;
    }
  }

  async #store(rows: readonly Row[]): Promise<void> {
    for (let wait = FIRST_RETRY; rows.length > 0; wait = Math.min(wait * 2, LAST_RETRY)) {
      if (this.#ending.signal.aborted) return;
      try {
        this.#refusedLinks += await this.#options.insert(rows);
        return this.#recovered();
      } catch (cause) {
        const error = cause instanceof StoreError ? cause : undefined;
        if (error?.code === 'STORE_REJECTED' && isAboutData(error)) return this.#storeApart(rows, error);
        this.#failed(cause, error?.retryable ?? false);
        await this.#options.clock.sleep(wait, this.#ending.signal).catch(() => {});
      }
    }
  }

  /** One row spoils the batch it is in: halves are tried until it stands alone. */
  async #storeApart(rows: readonly Row[], error: StoreError): Promise<void> {
    const [only] = rows;
    if (rows.length > 1) {
      const middle = rows.length >> 1;
      await this.#store(rows.slice(0, middle));
      await this.#store(rows.slice(middle));
    } else if (only) {
      this.#options.log.warn(
        { matchId: only.matchId, table: only.table, err: error },
        'history entry was refused',
      );
      this.#lost++;
    }
  }

  #settleWaiters(): void {
    const entries = this.#inHand?.firstEntry ?? this.#entries.left;
    const settled = (waiter: { entries: number; matches: number }) =>
      waiter.entries <= entries && waiter.matches <= this.#matchesStored;
    for (const waiter of this.#waiters) if (settled(waiter)) waiter.resolve();
    this.#waiters = this.#waiters.filter((waiter) => !settled(waiter));
  }

  #lose(count: number): void {
    this.#lost += count;
    if (this.#lostBefore !== undefined) return;
    this.#lostBefore = this.#lost - count;
    this.#options.log.warn({ waiting: this.waiting }, 'history is being lost: too much waits for Postgres');
  }

  /** An outage is said where it is noticed first; what only an operator can mend is said here. */
  #failed(error: unknown, retryable: boolean): void {
    if (retryable || this.#failing) return;
    this.#failing = true;
    this.#options.log.error({ err: error }, 'history cannot be written, it will be tried again');
  }

  #recovered(): void {
    if (this.#failing) this.#options.log.info({}, 'history can be written again');
    this.#failing = false;
    if (this.#lostBefore === undefined) return;
    this.#options.log.info({ lost: this.#lost - this.#lostBefore }, 'history is being written again');
    this.#lostBefore = undefined;
  }
}

/** Errors for what the rows say (22 data, 23 constraints, 54 too large), and not for how we ask or who we are. */
const isAboutData = (error: StoreError): boolean => /^(22|23|54)/.test(String(error.details.postgres ?? ''));

const weightOf = ({ view }: HistoryEntry): number => ('length' in view ? 1 + view.length : 1);
