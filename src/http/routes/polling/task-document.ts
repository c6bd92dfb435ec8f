import { type EpochMs, iso } from '../../../domain/time.ts';
import type { TaskStatus } from '../../../ports/polling.ts';

/** A task as the API shows it: its times in RFC 3339. */
export const taskDocument = (task: TaskStatus) => ({
  ...task,
  lastRunAt: time(task.lastRunAt),
  nextRunAt: time(task.nextRunAt),
});

const time = (at: EpochMs | null): string | null => (at === null ? null : iso(at));
