import { type Millis, seconds } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Part } from '../ports/part.ts';
import { StoreError } from '../ports/store-error.ts';

export interface RetryOptions {
  readonly clock: Clock;
  /** Told of each failed attempt and how long it waits now. */
  readonly onRetry: (error: StoreError, wait: Millis) => void;
}

const FIRST_WAIT: Millis = seconds(1);
const LONGEST_WAIT: Millis = seconds(30);

/**
 * A store whose `start` is tried again, with doubling waits, for as long as it fails for a reason that may pass. Others
 * (a wrong password, a database of a newer release) are thrown at once: waiting would not mend them.
 */
export function startWithRetry(part: Part, { clock, onRetry }: RetryOptions): Part {
  const stopping = new AbortController();

  async function tryUntilStarted(): Promise<void> {
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        return await part.start();
      } catch (error) {
        if (!(error instanceof StoreError) || !error.retryable || stopping.signal.aborted) throw error;
        onRetry(error, wait);
        await clock.sleep(wait, stopping.signal);
      }
    }
  }

  let started: Promise<void> | undefined;
  return {
    name: part.name,
    start: () => {
      started ??= tryUntilStarted();
      return started;
    },
    stop: () => {
      stopping.abort(new DOMException('stopped before it could start', 'AbortError'));
      return part.stop();
    },
  };
}
