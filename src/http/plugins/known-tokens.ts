import type { EpochMs } from '../../domain/time.ts';
import type { Principal } from './tokens.ts';

// Far more than the feeds of one server; beyond it the oldest is checked anew.
const MOST = 500;

/** Tokens that were checked, for as long as they hold: a feed sends thousands of requests with the same one. */
export class KnownTokens {
  readonly #known = new Map<string, { readonly principal: Principal; readonly until: EpochMs }>();

  get(token: string, now: EpochMs): Principal | undefined {
    const found = this.#known.get(token);
    return found !== undefined && now < found.until ? found.principal : undefined;
  }

  /** `until` is when the token expires, by its own claim. */
  note(token: string, principal: Principal, until: EpochMs): void {
    if (this.#known.size >= MOST) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(token, { principal, until });
  }
}
