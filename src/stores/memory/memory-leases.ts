import { after, type EpochMs, type Millis } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Lease } from '../../ports/live-store.ts';

interface Held extends Lease {
  readonly holder: string;
}

/** Named leases inside one process. */
export class MemoryLeases {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  // Starts at the time, so that a caller that compares tokens over a restart still sees them grow.
  #token: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#token = clock.now();
  }

  take(name: string, holder: string, ttl: Millis): Lease | undefined {
    const now: EpochMs = this.#clock.now();
    const held = this.#held.get(name);
    const running = held !== undefined && held.until > now;
    if (running && held.holder !== holder) return undefined;
    const token = running ? held.token : ++this.#token;
    const until = after(now, ttl);
    this.#held.set(name, { token, until, holder });
    return { token, until };
  }

  release(name: string, holder: string): void {
    if (this.#held.get(name)?.holder === holder) this.#held.delete(name);
  }
}
