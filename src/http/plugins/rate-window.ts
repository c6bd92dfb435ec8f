import type { Millis } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';

export interface Window {
  /** Requests counted in it, refused ones included. */
  current: number;
  readonly endsAt: number;
}

// Enough for a busy evening; beyond it the oldest windows are forgotten, which errs towards letting people in.
const MOST_KEYS = 50_000;

/** Counts requests in a fixed window per key, in this process. */
export class RateWindows {
  readonly #windows = new Map<string, Window>();
  readonly #clock: Pick<Clock, 'now'>;
  readonly #span: Millis;
  readonly #mostKeys: number;

  constructor(clock: Pick<Clock, 'now'>, span: Millis, mostKeys = MOST_KEYS) {
    this.#clock = clock;
    this.#span = span;
    this.#mostKeys = mostKeys;
  }

  /** Counts one request and answers its window. */
  count(key: string): Window {
    const now = this.#clock.now();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      // Deleted first, so that the map stays in the order in which windows began.
      this.#windows.delete(key);
      if (this.#windows.size >= this.#mostKeys) this.#forgetOldest();
      window = { current: 0, endsAt: now + this.#span };
      this.#windows.set(key, window);
    }
    window.current++;
    return window;
  }

  /** The key's window as it stands. */
  read(key: string): { current: number; ttl: Millis } {
    const now = this.#clock.now();
    const window = this.#windows.get(key);
    return { current: window?.current ?? 0, ttl: Math.max(0, (window?.endsAt ?? now) - now) };
  }

  #forgetOldest(): void {
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}
