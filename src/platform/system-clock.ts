import { type EpochMs, epochMs, type Millis } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';

// Longer timers overflow to 1 ms in every JavaScript runtime.
const LONGEST_TIMER: Millis = 2 ** 31 - 1;

/** The machine's clock and timers. */
export const systemClock: Clock = {
  now: (): EpochMs => epochMs(Date.now()),

  sleep: (span, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const abort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
        Math.min(span, LONGEST_TIMER),
      );
      signal.addEventListener('abort', abort, { once: true });
    }),

  schedule: (span, task) => {
    const timer = setTimeout(task, Math.min(span, LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};
