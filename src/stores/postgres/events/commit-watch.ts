import type { DatabaseAddress } from '../../../ports/database-target.ts';
import { openPool, type Sql } from '../connect.ts';
import { translateError } from '../translate-error.ts';

const CHANNEL = 'touchline_events';

/**
 * Listens, on a connection of its own, for what other replicas commit. `missed` is called for that, with the shards they
 * committed in, and after each (re)connect without. Where listening is not possible (behind a transaction pooler) nothing
 * is heard.
 */
export class CommitWatch {
  readonly #self: string;
  readonly #missed: (shards?: readonly number[]) => void;
  #sql: Sql | undefined;

  /** `self` is the origin of our own commits, which we know already. */
  constructor(self: string, missed: (shards?: readonly number[]) => void) {
    this.#self = self;
    this.#missed = missed;
  }

  /**
   * Begins, or begins anew: the library listens again by itself when the connection is lost, unless it is lost in the
   * middle of asking. Resolves when it listens; throws `StoreError`.
   */
  async listen(address: DatabaseAddress): Promise<void> {
    const old = this.#sql;
    const sql = openPool(address, { max: 1, lasting: true, applicationName: 'touchline event listener' });
    this.#sql = sql;
    void old?.end({ timeout: 0 });
    const missed = (shards?: readonly number[]) => {
      if (this.#sql === sql) this.#missed(shards);
    };
    const heard = (notice: string) => {
      const [origin, shards = ''] = notice.split(' ');
      if (origin !== this.#self) missed(shards.split(',').map(Number));
    };
    await sql
      .listen(CHANNEL, heard, () => missed())
      .catch((cause) => {
        throw translateError(cause);
      });
  }

  async stop(): Promise<void> {
    const sql = this.#sql;
    this.#sql = undefined;
    await sql?.end({ timeout: 1 });
  }
}
