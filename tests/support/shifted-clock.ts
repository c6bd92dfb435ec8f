import { after, epochMs } from '../../src/domain/time.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** The system's clock, running on from another instant: for a recorded evening that is to be now. */
export function shiftedClock(start: string): Clock {
  const shift = Date.parse(start) - systemClock.now();
  return { ...systemClock, now: () => epochMs(after(systemClock.now(), shift)) };
}
