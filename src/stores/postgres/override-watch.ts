import type { Sql } from './connect.ts';
import { openPool, type PostgresAddress } from './connect.ts';
import { OVERRIDES_CHANNEL } from './overrides.ts';

/**
 * Listens, on a connection of its own, for overrides that any replica changed. `changed` is also called after each
 * (re)connect, since something may have been missed. Where listening is not possible (behind a transaction pooler)
 * nothing is heard: the revision that is read every few seconds covers it.
 */
export class OverrideWatch {
  readonly #changed: () => void;
  #sql: Sql | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  async start(address: PostgresAddress): Promise<void> {
    const sql = openPool(address, { max: 1, lasting: true, applicationName: 'touchline listener' });
    this.#sql = sql;
    await sql.listen(
      OVERRIDES_CHANNEL,
      () => this.#changed(),
      () => this.#changed(),
    );
  }

  async stop(): Promise<void> {
    const sql = this.#sql;
    this.#sql = undefined;
    await sql?.end({ timeout: 1 });
  }
}
