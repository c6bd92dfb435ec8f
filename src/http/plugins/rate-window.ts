import type { Millis } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';

interface Window {
  current: number;
  readonly endsAt: number;
}

type Counted = (error: Error | null, result?: { current: number; ttl: Millis }) => void;

// Enough for a busy evening; beyond it the oldest windows are forgotten, which errs towards letting people in.
const MOST_KEYS = 50_000;

/** The store class @fastify/rate-limit makes its counter of: a fixed window per key, on our clock, in this process. */
export function rateWindows(clock: Pick<Clock, 'now'>) {
  return class RateWindows {
    readonly windows = new Map<string, Window>();

    incr(key: string, counted: Counted, span: Millis): void {
      const now = clock.now();
      let window = this.windows.get(key);
      if (window === undefined || window.endsAt <= now) {
        // Deleted first, so that the map stays in the order in which windows began.
        this.windows.delete(key);
        if (this.windows.size >= MOST_KEYS) this.#forgetOldest();
        window = { current: 0, endsAt: now + span };
        this.windows.set(key, window);
      }
      window.current++;
      counted(null, { current: window.current, ttl: window.endsAt - now });
    }

    child(): this {
      return this;
    }

    #forgetOldest(): void {
      const [oldest] = this.windows.keys();
      if (oldest !== undefined) this.windows.delete(oldest);
    }
  };
}
