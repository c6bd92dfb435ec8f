import { Breather } from './breather.ts';

/** Work cut into short pieces: it yields wherever others may have their turn, and returns its result. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Does all of it in one go. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Does all of it, and lets timers, sockets and other requests have their turn when a few milliseconds are over. */
export async function inTurns<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result> {
  const breather = new Breather();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (!breather.due()) continue;
    await breather.breathe();
    signal.throwIfAborted();
  }
}
