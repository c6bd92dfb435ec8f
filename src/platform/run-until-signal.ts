import type { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Lifecycle } from './lifecycle.ts';

/** The part of `process` that is needed here. */
export type ProcessEvents = Pick<EventEmitter, 'on' | 'off'> & { exit(code: number): unknown };

export interface RunOptions {
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  /** Called once when all parts have started. */
  readonly onReady?: () => void;
  readonly events?: ProcessEvents;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
const FAULTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Starts everything, waits for SIGTERM or SIGINT, stops everything, and resolves with the exit code: 0 after an ordered
 * stop in time, 1 when the start failed, a fault got loose, or the stop was not clean. A second signal exits at once.
 */
export async function runUntilSignal({
  lifecycle,
  log,
  onReady,
  events = process,
}: RunOptions): Promise<number> {
  const ending = Promise.withResolvers<void>();
  let code = 0;
  let signalled = false;

  const onSignal = (signal: keyof typeof SIGNALS): void => {
    if (signalled) {
      log.warn({ signal }, 'second signal: ending at once');
      events.exit(SIGNALS[signal]);
      return;
    }
    signalled = true;
    log.info({ signal }, 'stopping');
    ending.resolve();
  };
  const onFault = (error: unknown): void => {
    // The state of the process is unknown now: stop in order while it still works.
    log.fatal({ err: error }, 'fault outside any request or task: stopping');
    code = 1;
    ending.resolve();
  };
  for (const signal of Object.keys(SIGNALS)) events.on(signal, onSignal);
  for (const fault of FAULTS) events.on(fault, onFault);

  try {
    const outcome = await Promise.race([startOutcome(lifecycle), ending.promise]);
    if (outcome === 'ready') {
      onReady?.();
      await ending.promise;
    } else if (outcome === 'failed') code = 1;
    const stop = await lifecycle.stop();
    if (stop !== 'clean') code = 1;
    log.info({ outcome: stop }, 'stopped');
    return code;
  } finally {
    for (const signal of Object.keys(SIGNALS)) events.off(signal, onSignal);
    for (const fault of FAULTS) events.off(fault, onFault);
  }
}

const startOutcome = (lifecycle: Lifecycle): Promise<'ready' | 'failed'> =>
  lifecycle.start().then(
    () => 'ready' as const,
    () => 'failed' as const,
  );
