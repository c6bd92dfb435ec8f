import type { Millis } from '../domain/time.ts';
import { seconds } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Leadership } from '../ports/leadership.ts';
import type { Lease, LiveStore } from '../ports/live-store.ts';
import type { Part } from '../ports/part.ts';

// Long enough to outlive a pause of the process, short enough that a dead leader is replaced before anybody calls.
const LEASE_FOR: Millis = seconds(6);
const RENEW_EVERY: Millis = seconds(2);
const NAME = 'poller';

export interface LeaseLeadershipOptions {
  readonly live: Pick<LiveStore, 'lease' | 'release'>;
  readonly clock: Clock;
  /** Unique per process. */
  readonly holder: string;
  readonly onEdge: (leads: boolean) => void;
}

/** Leadership by a lease in the LiveStore, renewed at a third of its life and given up the moment it has run out. */
export class LeaseLeadership implements Leadership, Part {
  readonly name = 'leadership';
  readonly #options: LeaseLeadershipOptions;
  readonly #listeners = new Set<(leads: boolean) => void>();
  #lease: Lease | undefined;
  #leads = false;
  #running = false;
  #cancelTimer: (() => void) | undefined;

  constructor(options: LeaseLeadershipOptions) {
    this.#options = options;
  }

  isLeader(): boolean {
    return this.#leads && this.#lease !== undefined && this.#options.clock.now() < this.#lease.until;
  }

  token(): number {
    return this.#leads ? (this.#lease?.token ?? 0) : 0;
  }

  onChange(listener: (leads: boolean) => void): () => void {
    this.#listeners.add(listener);
    if (this.#leads) listener(true);
    return () => this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.#renew();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#cancelTimer?.();
    this.#become(false);
    // The next leader need not wait for the lease to run out; when the store is away it does.
    await this.#options.live.release(NAME, this.#options.holder).catch(() => undefined);
  }

  async #renew(): Promise<void> {
    const { live, clock, holder } = this.#options;
    try {
      this.#lease = await live.lease(NAME, holder, LEASE_FOR);
    } catch {
      // The store is away and says so in its own health. The lease is still ours until it runs out.
    }
    if (!this.#running) return;
    this.#become(this.#lease !== undefined && clock.now() < this.#lease.until);
    this.#cancelTimer = clock.schedule(RENEW_EVERY, () => void this.#renew());
  }

  #become(leads: boolean): void {
    if (this.#leads === leads) return;
    this.#leads = leads;
    this.#options.onEdge(leads);
    for (const listener of this.#listeners) listener(leads);
  }
}
