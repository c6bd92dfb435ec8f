import type { Logger } from 'pino';
import { type Millis, seconds } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Part } from '../ports/part.ts';

export type LifecycleState = 'starting' | 'ready' | 'draining' | 'stopped';

/** How a stop went: everything in time, a part's stop threw, or the deadline came first. */
export type StopOutcome = 'clean' | 'failed' | 'overdue';

export interface LifecycleOptions {
  /** In the order they start; they stop in the opposite one. */
  readonly parts: readonly Part[];
  readonly log: Logger;
  readonly clock: Clock;
  /** For the whole stop; 10 s when absent. */
  readonly deadline?: Millis;
}

/**
 * Starts and stops the parts of the process. Moves: `starting` → `ready` → `draining` → `stopped`, and `starting` →
 * `draining` when the start fails or is interrupted. Both calls return the promise in flight.
 */
export interface Lifecycle {
  /** Rejects with the first part's error, which it has logged, after those already started have been stopped again. */
  start(): Promise<void>;
  /** Never rejects. */
  stop(): Promise<StopOutcome>;
  state(): LifecycleState;
}

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { parts, log, clock } = options;
  const deadline = options.deadline ?? seconds(10);
  const begun: Part[] = [];
  let state: LifecycleState = 'starting';
  let started: Promise<void> | undefined;
  let stopped: Promise<StopOutcome> | undefined;

  async function startAll(): Promise<void> {
    for (const part of parts) {
      // A part that fails half-way has to be stopped too, so it counts as begun before it has started.
      begun.push(part);
      try {
        await part.start();
      } catch (error) {
        if (state === 'starting') log.fatal({ part: part.name, err: error }, 'part failed to start');
        await stop();
        throw error;
      }
      if (state !== 'starting') return;
    }
    state = 'ready';
  }

  async function stopAll(): Promise<StopOutcome> {
    state = 'draining';
    const overdue = Promise.withResolvers<'overdue'>();
    const cancel = clock.schedule(deadline, () => overdue.resolve('overdue'));
    let outcome: StopOutcome = 'clean';
    for (let part = begun.pop(); part !== undefined; part = begun.pop()) {
      const result = await Promise.race([stopOne(part), overdue.promise]);
      // Past the deadline the others are still told, but no longer waited for.
      if (result === 'overdue' && outcome !== 'overdue') {
        log.error({ part: part.name, deadlineMs: deadline }, 'part did not stop in time');
      }
      if (result === 'overdue' || outcome === 'clean') outcome = result;
    }
    cancel();
    state = 'stopped';
    return outcome;
  }

  async function stopOne(part: Part): Promise<'clean' | 'failed'> {
    try {
      await part.stop();
      return 'clean';
    } catch (error) {
      log.error({ part: part.name, err: error }, 'part failed to stop');
      return 'failed';
    }
  }

  function stop(): Promise<StopOutcome> {
    stopped ??= stopAll();
    return stopped;
  }

  return {
    start: () => {
      started ??= state === 'starting' ? startAll() : Promise.reject(new Error('the process is stopping'));
      return started;
    },
    stop,
    state: () => state,
  };
}
