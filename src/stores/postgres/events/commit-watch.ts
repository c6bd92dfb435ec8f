import type { DatabaseAddress } from '../../../ports/database-target.ts';
import { openPool, type Sql } from '../connect.ts';

const CHANNEL = 'touchline_events';

/**
 * Listens, on a connection of its own, for what other replicas commit. `missed` is called for that, and after each
 * (re)connect. Where listening is not possible (behind a transaction pooler) nothing is heard.
 */
export class CommitWatch {
  readonly #self: string;
  readonly #missed: () => void;
  #sql: Sql | undefined;

  /** `self` is the origin of our own commits, which we know already. */
  constructor(self: string, missed: () => void) {
    this.#self = self;
    this.#missed = missed;
  }

  async start(address: DatabaseAddress): Promise<void> {
    const sql = openPool(address, { max: 1, lasting: true, applicationName: 'touchline event listener' });
    this.#sql = sql;
    await sql.listen(
      CHANNEL,
      (origin) => {
        if (!origin.startsWith(`${this.#self} `)) this.#missed();
      },
      () => this.#missed(),
    );
  }

  async stop(): Promise<void> {
    const sql = this.#sql;
    this.#sql = undefined;
    await sql?.end({ timeout: 1 });
  }
}
