import type { StoredEvent } from '../../../domain/event.ts';
import { days, epochMs, hours, iso, type Millis, minutes } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EventRetention } from '../../../ports/event-retention.ts';
import { StoreError } from '../../../ports/store-error.ts';
import type { Sql } from '../connect.ts';
import type { Database } from '../database.ts';
import { type DayPartition, makeAhead, partitionsOf, soberNow, startOfDay } from '../partitions.ts';
import type { StoreLog } from '../store-log.ts';
import type { Archive } from './archive/archive.ts';
import { archiveEvents, sweepSpool } from './archive/archive-file.ts';
import { readPartition } from './event-rows.ts';
import { closeLot, dateOf, isInLot, type Lot, measureLot, recordLot, unfinishedLots } from './expired-lot.ts';
import { removeLot } from './remove-lot.ts';
import { leavingOf } from './retention.ts';

export interface EventUpkeepOptions {
  /** Its own: some of what is asked takes minutes. */
  readonly database: Database;
  readonly clock: Clock;
  readonly log: StoreLog;
  readonly retention: EventRetention;
  readonly archive?: Archive;
  /** Names this replica in the lease. */
  readonly holder: string;
}

const TABLE = { name: 'events', column: 'received_at' };
const EVERY: Millis = hours(1);
const AGAIN: Millis = minutes(10);
/** How long a replica that is killed keeps the others from the upkeep. */
const LEASE_MINUTES = 15;
const RENEW: Millis = minutes(5);
/** A round that takes longer hangs, on an archive that does not answer. */
const LONGEST_ROUND: Millis = hours(6);
const PATIENCE: Millis = minutes(10);
const PAGE = 2_000;

/**
 * Makes the partitions of the coming days, and takes what is past its retention out of the log: archived first where an
 * archive is configured, and removed only when the archive has been read again and counted. One replica at a time.
 *
 *   measured ──archive written, taken in, read again──► recorded ──removed──► closed
 *
 * A crash before `recorded` leaves the log as it was, after it the removal is finished by the next round.
 */
export class EventUpkeep {
  readonly #options: EventUpkeepOptions;
  readonly #ending = new AbortController();
  #cancel = () => {};
  #round: Promise<readonly string[]> | undefined;
  #failing = false;

  constructor(options: EventUpkeepOptions) {
    this.#options = options;
  }

  /** To be called when everything else has started; the first round is a little later. */
  start(): void {
    this.#schedule(minutes(1));
  }

  /** Ends the round that is under way, if it can: what it is asking Postgres is waited for. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#cancel();
    await this.#round?.catch(() => {});
  }

  /**
   * One round, or the one that is under way; resolves with the days that something was removed from. Throws, and leaves
   * what is left for the next round.
   */
  run(): Promise<readonly string[]> {
    this.#round ??= this.#run().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async #run(): Promise<readonly string[]> {
    await this.makePartitions();
    if (!(await this.#lease())) return [];
    const round = new AbortController();
    const { clock } = this.#options;
    const cancel = clock.schedule(LONGEST_ROUND, () => round.abort(new Error('the upkeep took too long')));
    const release = this.#keepLease(round);
    try {
      return await this.#expire(AbortSignal.any([round.signal, this.#ending.signal]));
    } finally {
      cancel();
      await release();
    }
  }

  async #expire(signal: AbortSignal): Promise<readonly string[]> {
    const { database, clock, archive, retention } = this.#options;
    if (archive) await sweepSpool(archive, clock.now());
    const now = await soberNow(database, clock.now());
    const touched = new Set<string>();
    const begun = await partitionsOf(database, TABLE.name);
    for (const lot of await database.run(unfinishedLots)) {
      await this.#remove(
        begun.find(({ day }) => day === lot.day),
        lot,
        signal,
      );
      touched.add(dateOf(lot.day));
    }
    const partitions = await partitionsOf(database, TABLE.name);
    for (const partition of [...partitions].sort((a, b) => a.day - b.day)) {
      const leaving = leavingOf(partition.day, retention, now);
      if (!leaving) continue;
      const lot = await database.run((sql) => measureLot(sql, partition, leaving), PATIENCE);
      if (lot.events > 0) {
        await this.#archiveAndRemove(partition, lot, signal);
        touched.add(dateOf(lot.day));
      } else if (leaving.allBut) {
        // Dropped if nothing came that day; what stays of it has nothing to fear from a lot that is empty.
        await removeLot(database, partition, lot, signal);
      }
    }
    return [...touched].sort();
  }

  /**
   * Makes those of the coming days; also those of days whose events wait in the default partition, so that these are kept
   * and expire like all others. Throws `StoreError`.
   */
  async makePartitions(): Promise<void> {
    const { database, clock } = this.#options;
    const now = clock.now();
    const strays = await database.run(
      (sql) => sql<{ day: Date }[]>`
        select distinct date_trunc('day', received_at, 'UTC') as day from events_default
        where received_at < ${iso(epochMs(now + days(7)))}::text::timestamptz order by 1 limit 50`,
    );
    await makeAhead(
      database,
      TABLE,
      now,
      strays.map(({ day }) => startOfDay(day.getTime())),
    );
  }

  async #archiveAndRemove(partition: DayPartition, lot: Lot, signal: AbortSignal): Promise<void> {
    const { database, archive, log } = this.#options;
    const file = archive && `events-${dateOf(lot.day)}.${lot.part}.ndjson.gz`;
    if (archive && file !== undefined) {
      const archived = await archiveEvents(archive, file, this.#pages(partition, lot, signal), signal);
      if (archived !== lot.events) throw new Error(`${file} holds ${archived} of ${lot.events} events`);
    }
    signal.throwIfAborted();
    await database.run((sql) => recordLot(sql, lot, file));
    await this.#remove(partition, lot, signal);
    log.info({ day: dateOf(lot.day), events: lot.events, file }, 'events past their retention were removed');
  }

  async *#pages(
    { name }: DayPartition,
    lot: Lot,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoredEvent[]> {
    let last: StoredEvent | undefined;
    do {
      signal.throwIfAborted();
      const after = last;
      const page = await this.#options.database.run(
        (sql) => readPartition(sql, name, isInLot(lot), after, PAGE),
        PATIENCE,
      );
      if (page.length > 0) yield page;
      last = page.at(-1);
    } while (last);
  }

  async #remove(partition: DayPartition | undefined, lot: Lot, signal: AbortSignal): Promise<void> {
    const { database } = this.#options;
    if (partition) await removeLot(database, partition, lot, signal);
    await database.run((sql) => closeLot(sql, lot));
  }

  /** False when another replica has it. */
  async #lease(): Promise<boolean> {
    const { database, holder } = this.#options;
    const rows = await database.run(
      (sql: Sql) => sql`
        insert into event_upkeep as held (holder, held_until)
        values (${holder}, now() + ${LEASE_MINUTES} * interval '1 minute')
        on conflict (one) do update set holder = excluded.holder, held_until = excluded.held_until
          where held.holder = excluded.holder or held.held_until < now()
        returning holder`,
    );
    return rows.length > 0;
  }

  /** Renews the lease until the returned function gives it back; ends the round when it is lost. */
  #keepLease(round: AbortController): () => Promise<void> {
    const { database, clock, holder } = this.#options;
    let cancel = () => {};
    const renew = () => {
      cancel = clock.schedule(RENEW, () => {
        this.#lease().then(
          (ours) => (ours ? renew() : round.abort(new Error('another replica has taken over'))),
          renew,
        );
      });
    };
    renew();
    return async () => {
      cancel();
      await database.run((sql) => sql`delete from event_upkeep where holder = ${holder}`).catch(() => {});
    };
  }

  #schedule(span: Millis): void {
    if (this.#ending.signal.aborted) return;
    this.#cancel = this.#options.clock.schedule(span, () => {
      this.run().then(
        () => this.#done(),
        (error) => this.#failed(error),
      );
    });
  }

  #done(): void {
    this.#failing = false;
    this.#schedule(EVERY);
  }

  /** Said once, unless it is an outage, which is said where health turns. */
  #failed(err: unknown): void {
    const outage = err instanceof StoreError && err.retryable;
    if (!outage && !this.#failing && !this.#ending.signal.aborted)
      this.#options.log.warn({ err }, 'upkeep of the event log failed, it will be tried again');
    this.#failing ||= !outage;
    this.#schedule(AGAIN);
  }
}
