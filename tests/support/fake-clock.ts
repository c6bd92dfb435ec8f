import { after, type EpochMs, epochMs, type Millis } from '../../src/domain/time.ts';
import type { Clock } from '../../src/ports/clock.ts';

interface Timer {
  readonly due: EpochMs;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock that stands still until `advance`; timers fire in order of their time, then of their making. */
export class FakeClock implements Clock {
  #now: EpochMs;
  #made = 0;
  #timers = new Set<Timer>();

  constructor(start = '2026-01-03T15:00:00.000Z') {
    this.#now = epochMs(Date.parse(start));
  }

  now(): EpochMs {
    return this.#now;
  }

  /** How many sleepers and scheduled tasks wait: after a test it should be zero. */
  get waiting(): number {
    return this.#timers.size;
  }

  schedule(span: Millis, task: () => void): () => void {
    const timer: Timer = { due: after(this.#now, Math.max(0, span)), order: this.#made++, fire: task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  sleep(span: Millis, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const abort = () => {
        cancel();
        reject(signal.reason);
      };
      const cancel = this.schedule(span, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Moves time on by `span`, firing what falls due at its own instant and letting promises settle in between. */
  async advance(span: Millis): Promise<void> {
    const end = after(this.#now, span);
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = next.due;
      next.fire();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #next(end: EpochMs): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.due > end) continue;
      if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order))
        first = timer;
    }
    return first;
  }
}

/** Lets every promise that can settle without time passing do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}
