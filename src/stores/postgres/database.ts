import type { EpochMs, Millis } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DatabaseAddress } from '../../ports/database-target.ts';
import type { StoreHealth } from '../../ports/live-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { openPool, type PoolOptions, type Sql } from './connect.ts';
import { translateError } from './translate-error.ts';

export interface DatabaseOptions {
  readonly clock: Clock;
  readonly kind: StoreHealth['kind'];
  readonly pool?: PoolOptions;
  /** Called when Postgres turns away or is back; `health` is the new one. */
  readonly onEdge?: (health: StoreHealth) => void;
}

const PATIENCE: Millis = 15_000;

/**
 * A pool of connections that never makes its caller wait without bound, throws only `StoreError`, and knows whether
 * Postgres answers. A request that is not answered in time ends the pool it ran on: behind a dead network path every
 * connection of it would hang the same way.
 */
export class Database {
  readonly #options: DatabaseOptions;
  #address: DatabaseAddress | undefined;
  #pool: Sql | undefined;
  #poolOptions: PoolOptions = {};
  #health: StoreHealth;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#health = { kind: options.kind, status: 'down', since: options.clock.now() };
  }

  /** Connects and checks the server's version. Throws `STORE_UNSUPPORTED` below Postgres 15. */
  async open(address: DatabaseAddress): Promise<void> {
    await this.close();
    this.#address = address;
    try {
      // What we give up waiting for, the server should give up too. A pooler refuses the setting with 08P01; behind it
      // our own deadline has to do.
      const version = await this.#try({ statementTimeout: PATIENCE }).catch((error) => {
        if (error.details?.postgres !== '08P01') throw error;
        return this.#try({});
      });
      if (version < 150_000)
        throw new StoreError(
          'STORE_UNSUPPORTED',
          `Postgres ${Math.floor(version / 10_000)} is too old: 15 or later is needed.`,
        );
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Runs `work` on the pool, for at most `within`. */
  async run<T>(work: (sql: Sql) => Promise<T>, within: Millis = PATIENCE): Promise<T> {
    const pool = this.#pool;
    if (!pool) throw new StoreError('STORE_STOPPED', 'Postgres is not in use: not started, or stopped.');
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      cancel = this.#options.clock.schedule(within, () => {
        const error = new StoreError('STORE_TIMEOUT', `Postgres did not answer within ${within} ms`);
        reject(error);
        this.#failed(pool, error, 0);
      });
    });
    try {
      const result = await Promise.race([work(pool), late]);
      this.#answered();
      return result;
    } catch (cause) {
      const error = translateError(cause);
      if (error.code === 'STORE_REJECTED') this.#answered();
      else if (isOutage(error)) this.#failed(pool, error);
      throw error;
    } finally {
      cancel();
    }
  }

  /**
   * Runs statements without parameters, all or none: sent as one text they are one transaction. There is no call for a
   * transaction of several round trips on purpose: when its connection is lost the library writes the rollback to a
   * socket that is gone, which throws where nobody can catch it.
   */
  async script(text: string, within?: Millis): Promise<void> {
    await this.run((sql) => sql.unsafe(text).simple(), within);
  }

  health(): StoreHealth {
    return this.#health;
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end({ timeout: 2 });
  }

  /** Opens a pool with these options and asks the server for its version: 150004 is 15.4. */
  async #try(options: PoolOptions): Promise<number> {
    await this.close();
    this.#poolOptions = { ...options, ...this.#options.pool };
    this.#pool = this.#newPool();
    const [row] = await this.run(
      (sql) => sql<{ version: number }[]>`select current_setting('server_version_num')::int as version`,
    );
    return row?.version ?? 0;
  }

  #answered(): void {
    if (this.#health.status === 'ok') return;
    this.#turn({ kind: this.#options.kind, status: 'ok', since: this.#now() });
  }

  /**
   * Others that run on the old pool have `grace` seconds to end. A pool is not used again after it lost a connection: a
   * connection that was lost between making a request and sending it keeps the rest of it, and never connects again.
   * What fails on an old pool says nothing about Postgres now.
   */
  #failed(pool: Sql, error: StoreError, grace = 5): void {
    if (this.#pool !== pool) return;
    this.#pool = this.#newPool();
    void pool.end({ timeout: grace });
    if (this.#health.status === 'down' && this.#health.lastErrorCode === error.code) return;
    const since = this.#health.status === 'down' ? this.#health.since : this.#now();
    this.#turn({ kind: this.#options.kind, status: 'down', since, lastErrorCode: error.code });
  }

  #newPool(): Sql | undefined {
    return this.#address && openPool(this.#address, this.#poolOptions);
  }

  #turn(health: StoreHealth): void {
    const edge = health.status !== this.#health.status;
    this.#health = health;
    if (edge) this.#options.onEdge?.(health);
  }

  #now(): EpochMs {
    return this.#options.clock.now();
  }
}

/** Not the server's own refusal to go on with one request: a deadlock, or a statement or a lock that took too long. */
const isOutage = (error: StoreError): boolean =>
  (error.retryable || error.code === 'STORE_ACCESS_REFUSED') &&
  !/^(40|57014|55P03)/.test(String(error.details.postgres ?? ''));
