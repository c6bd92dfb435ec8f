import type { DatabaseAddress } from '../../ports/database-target.ts';
import { openPool, type Sql } from './connect.ts';
import { OVERRIDES_CHANNEL } from './overrides.ts';
import { translateError } from './translate-error.ts';

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

  /**
   * Begins, or begins anew: the library listens again by itself when the connection is lost, unless it is lost in the
   * middle of asking. Resolves when it listens; throws `StoreError`.
   */
  async listen(address: DatabaseAddress): Promise<void> {
    const old = this.#sql;
    const sql = openPool(address, { max: 1, lasting: true, applicationName: 'touchline listener' });
    this.#sql = sql;
    void old?.end({ timeout: 0 });
    const changed = () => {
      if (this.#sql === sql) this.#changed();
    };
    await sql.listen(OVERRIDES_CHANNEL, changed, changed).catch((cause) => {
      throw translateError(cause);
    });
  }

  async stop(): Promise<void> {
    const sql = this.#sql;
    this.#sql = undefined;
    await sql?.end({ timeout: 1 });
  }
}
