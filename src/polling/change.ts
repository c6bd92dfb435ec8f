import { sportRules } from '../domain/sports/index.ts';
import type { EpochMs } from '../domain/time.ts';
import type { LiveStore } from '../ports/live-store.ts';
import {
  MAX_INTERVAL,
  MIN_INTERVAL,
  type PollingChange,
  type PollingOverride,
  type PollingScope,
} from '../ports/polling.ts';
import { PollingError } from '../ports/polling-error.ts';
import type { DataKind } from '../ports/provider.ts';
import type { PollTask } from './poll-task.ts';

type Change = Pick<PollingOverride, 'scope' | 'kind'> & { readonly interval: number | null };

/** The override an operator's change stands for. Throws `PollingError` when it can never cover a task. */
export function overrideFor(
  change: PollingChange,
  tasks: ReadonlyMap<string, PollTask>,
  live: Pick<LiveStore, 'view'>,
): Change {
  const { interval } = change;
  if (interval !== null && !(interval >= MIN_INTERVAL && interval <= MAX_INTERVAL)) {
    throw new PollingError(
      'POLLING_INTERVAL_INVALID',
      `interval must be from ${MIN_INTERVAL} to ${MAX_INTERVAL} milliseconds, or null`,
    );
  }
  if ('taskId' in change) {
    const task = tasks.get(change.taskId);
    if (!task) throw new PollingError('POLLING_TASK_UNKNOWN', 'no polling task has that id');
    return { scope: { taskId: task.id }, kind: null, interval };
  }
  const { scope, kind } = change;
  checkScope(scope, tasks, live);
  return { scope, kind: kind ?? null, interval };
}

function checkScope(
  scope: PollingScope,
  tasks: ReadonlyMap<string, PollTask>,
  live: Pick<LiveStore, 'view'>,
): void {
  const view = scope.matchId === undefined ? undefined : live.view(scope.matchId);
  if (scope.matchId !== undefined && !view) refuse('no match has that matchId');
  if (view && scope.league !== undefined && view.match.league !== scope.league) {
    refuse(`match ${view.id} is of league ${view.match.league}`);
  }
  if (view && scope.sport !== undefined && view.match.sport !== scope.sport) {
    refuse(`match ${view.id} is of sport ${view.match.sport}`);
  }
  if (scope.sport !== undefined && sportRules(scope.sport).id !== scope.sport) refuse('sport is unknown');
  const covering = [...tasks.values()].some(
    ({ target }) =>
      (scope.sport === undefined || target.sport === scope.sport) &&
      (scope.league === undefined || target.league === undefined || target.league === scope.league),
  );
  if (!covering) refuse('no polling task covers that sport and league');
}

function refuse(why: string): never {
  throw new PollingError('POLLING_SCOPE_INVALID', why);
}

/** Whether an override of that scope has a say in the task's interval. */
export function touches(scope: PollingScope, kind: DataKind | null, task: PollTask, now: EpochMs): boolean {
  const { target } = task;
  if (scope.taskId !== undefined) return scope.taskId === task.id;
  if (kind !== null && kind !== target.kind) return false;
  if (scope.matchId !== undefined) return task.covered(now).some(({ matchId }) => matchId === scope.matchId);
  if (scope.league !== undefined) {
    return target.league === scope.league || task.covered(now).some(({ league }) => league === scope.league);
  }
  return scope.sport === undefined || target.sport === scope.sport;
}
