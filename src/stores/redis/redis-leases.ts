import { after, type Millis } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Lease } from '../../ports/live-store.ts';
import type { RedisKeys } from './keys.ts';
import type { RedisLink } from './redis-link.ts';
import { releaseLease, takeLease } from './scripts.ts';

/** Named leases, counted down by the server. */
export class RedisLeases {
  readonly #link: RedisLink;
  readonly #keys: RedisKeys;
  readonly #clock: Clock;

  constructor(link: RedisLink, keys: RedisKeys, clock: Clock) {
    this.#link = link;
    this.#keys = keys;
    this.#clock = clock;
  }

  async take(name: string, holder: string, ttl: Millis): Promise<Lease | undefined> {
    // Counted from before the question, so that we never believe in a lease longer than Redis does.
    const asked = this.#clock.now();
    const token = await this.#link.run(takeLease, this.#keys.lease(name), [
      holder,
      Math.max(1, Math.ceil(ttl)),
    ]);
    return typeof token === 'string' ? { token: Number(token), until: after(asked, ttl) } : undefined;
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#link.run(releaseLease, [this.#keys.lease(name)[0]], [holder]);
  }
}
