import { days, type EpochMs } from '../../../domain/time.ts';
import type { EventRetention } from '../../../ports/event-retention.ts';
import { startOfDay } from '../partitions.ts';

/** Types of a day whose time is over; or, when `allBut`, every type but these. */
export interface Leaving {
  readonly types: readonly string[];
  readonly allBut: boolean;
}

/** What is past its retention of the events that came in on that UTC day; `undefined` when nothing is. */
export function leavingOf(day: EpochMs, retention: EventRetention, now: EpochMs): Leaving | undefined {
  const isOver = (keepDays: number) => day < startOfDay(now - days(keepDays));
  const allBut = isOver(retention.days);
  const types = [...retention.byType].filter(([, keep]) => isOver(keep) !== allBut).map(([type]) => type);
  return allBut || types.length > 0 ? { types: types.sort(), allBut } : undefined;
}
