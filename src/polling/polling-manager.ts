import type { IntervalTree } from '../config/polling-config.ts';
import type { Clock } from '../ports/clock.ts';
import type { History } from '../ports/history.ts';
import type { ObservationSink } from '../ports/ingest.ts';
import type { Leadership } from '../ports/leadership.ts';
import type { LiveStore } from '../ports/live-store.ts';
import type { Part } from '../ports/part.ts';
import type {
  PollingChange,
  PollingControl,
  PollingStatus,
  TaskState,
  TaskStatus,
} from '../ports/polling.ts';
import type { ProviderError } from '../ports/provider-error.ts';
import type { RunningProvider } from '../ports/running-provider.ts';
import { quotaStretch, type Stretch } from './budget.ts';
import { overrideFor, touches } from './change.ts';
import { type ResolvedInterval, resolveInterval } from './interval.ts';
import { OverrideBook } from './override-book.ts';
import { PollTask } from './poll-task.ts';
import { Turnstile } from './turnstile.ts';

export interface PollingLog {
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
}

export interface PollingManagerOptions {
  readonly providers: readonly RunningProvider[];
  readonly intervals: IntervalTree;
  readonly live: LiveStore;
  readonly history: Pick<History, 'overrides' | 'changeOverride' | 'onOverridesChanged'>;
  readonly sink: ObservationSink;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly log: PollingLog;
  readonly onPolled: (provider: string, outcome: string, durationMs: number) => void;
}

/** All polling: one task per provider and target, run while this replica leads, retuned while it runs. */
export class PollingManager implements Part, PollingControl {
  readonly name = 'polling';
  readonly #options: PollingManagerOptions;
  readonly #tasks = new Map<string, PollTask>();
  readonly #byProvider = new Map<RunningProvider, PollTask[]>();
  readonly #endings: (() => void)[] = [];
  #overrides = new OverrideBook();

  constructor(options: PollingManagerOptions) {
    this.#options = options;
    for (const provider of options.providers) this.#addTasks(provider);
  }

  async start(): Promise<void> {
    if (this.#endings.length > 0) return;
    await this.#reloadOverrides();
    this.#endings.push(
      this.#options.history.onOverridesChanged(
        () => void this.#reloadOverrides().catch(this.#onReloadFailed),
      ),
      this.#options.leadership.onChange((leads) => (leads ? this.#resume() : void this.#pause())),
    );
  }

  async stop(): Promise<void> {
    for (const end of this.#endings.splice(0)) end();
    await this.#pause();
  }

  status(): PollingStatus {
    return {
      role: this.#options.leadership.isLeader() ? 'leader' : 'standby',
      tree: this.#options.intervals,
      overrides: this.#overrides.all(),
      tasks: [...this.#tasks.values()].map((task) => task.status()),
    };
  }

  counts(): Readonly<Record<TaskState, number>> {
    const counts: Record<TaskState, number> = {
      waiting: 0,
      polling: 0,
      backing_off: 0,
      stopped: 0,
      standby: 0,
    };
    for (const { loop } of this.#tasks.values()) counts[loop.state] += 1;
    return counts;
  }

  async change(change: PollingChange, actor: string): Promise<readonly TaskStatus[]> {
    const { history, clock, live } = this.#options;
    const at = clock.now();
    const override = overrideFor(change, this.#tasks, live);
    await history.changeOverride({ ...override, actor, at });
    // The notification would come too; the operator's own answer should not have to wait for it.
    await this.#reloadOverrides();
    const touched = [...this.#tasks.values()].filter((task) =>
      touches(override.scope, override.kind, task, at),
    );
    for (const { loop } of touched)
      if (loop.state === 'stopped' && this.#options.leadership.isLeader()) loop.resume();
    return touched.map((task) => task.status());
  }

  #addTasks(provider: RunningProvider): void {
    const { live, sink, clock, log, onPolled } = this.#options;
    const turnstile = new Turnstile(provider.definition.pace.concurrency ?? 2);
    const tasks = provider.targets().map(
      (target) =>
        new PollTask({
          provider,
          target,
          turnstile,
          live,
          sink,
          clock,
          resolve: (task) => this.#resolve(task),
          stretch: () => this.#stretch(provider),
          onFault: (error, taskId) => log.error({ err: error, taskId }, 'poll task failed inside'),
          onStopped: (error, task) => this.#stopped(error, task),
          onPolled: (task, outcome, durationMs) => onPolled(task.provider.definition.id, outcome, durationMs),
        }),
    );
    this.#byProvider.set(provider, tasks);
    for (const task of tasks) this.#tasks.set(task.id, task);
  }

  #resolve(task: PollTask): ResolvedInterval {
    const covered = task.covered(this.#options.clock.now());
    return resolveInterval(this.#options.intervals, this.#overrides, task.id, task.target, covered);
  }

  #stretch(provider: RunningProvider): Stretch {
    const quota = provider.quota();
    if (!quota) return quotaStretch([], quota, undefined, this.#options.clock.now());
    const demands = (this.#byProvider.get(provider) ?? [])
      .filter(({ loop }) => loop.state !== 'stopped')
      .map((task) => ({
        interval: Math.max(provider.definition.pace.minInterval, this.#resolve(task).interval),
        cost: task.target.cost ?? 1,
      }));
    return quotaStretch(demands, quota, provider.definition.pace.quotaPeriod, this.#options.clock.now());
  }

  /** A refused key is the provider's: none of its other targets would fare better. */
  #stopped(error: ProviderError, task: PollTask): void {
    task.provider.health.stopped(error.message);
    this.#options.log.warn(
      { provider: task.provider.definition.id, taskId: task.id, code: error.code },
      'poll task stopped',
    );
    if (error.code !== 'PROVIDER_KEY_REFUSED') return;
    for (const { loop } of this.#byProvider.get(task.provider) ?? []) void loop.halt();
  }

  async #reloadOverrides(): Promise<void> {
    this.#overrides = new OverrideBook(await this.#options.history.overrides());
    for (const { loop } of this.#tasks.values()) loop.replan();
  }

  // History says by itself that it is away, and calls again when it is back.
  readonly #onReloadFailed = (error: unknown): void =>
    this.#options.log.warn({ err: error }, 'polling overrides could not be read');

  #resume(): void {
    for (const { loop } of this.#tasks.values()) loop.resume();
  }

  async #pause(): Promise<void> {
    await Promise.all([...this.#tasks.values()].map(({ loop }) => loop.pause()));
  }
}
