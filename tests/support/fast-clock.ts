import { epochMs } from '../../src/domain/time.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

/**
 * The system's clock, running so many times faster, from now or from a given instant on: for what takes minutes of a
 * whole server.
 */
export function fastClock(times: number, from?: string): Clock {
  const begun = systemClock.now();
  const start = from === undefined ? begun : Date.parse(from);
  return {
    now: () => epochMs(Math.floor(start + (systemClock.now() - begun) * times)),
    sleep: (span, signal) => systemClock.sleep(span / times, signal),
    schedule: (span, task) => systemClock.schedule(span / times, task),
  };
}
