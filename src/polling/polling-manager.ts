import type { IntervalTree } from '../config/polling-config.ts';
import { systemChance } from '../platform/system-chance.ts';
import type { Chance } from '../ports/chance.ts';
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
  PollState,
  TaskCounts,
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
import { StreamTask } from './stream-task.ts';
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
  /** For the waits before reconnecting; the machine's when absent. */
  readonly chance?: Chance;
}

/** All polling: one task per provider and target, run while this replica leads, retuned while it runs. */
export class PollingManager implements Part, PollingControl {
  readonly name = 'polling';
  readonly #options: PollingManagerOptions;
  readonly #tasks = new Map<string, PollTask>();
  readonly #byProvider = new Map<RunningProvider, PollTask[]>();
  readonly #streams = new Map<RunningProvider, StreamTask>();
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
      tasks: [...this.#tasks.values(), ...this.#streams.values()].map((task) => task.status()),
    };
  }

  counts(): TaskCounts {
    const counts: Record<PollState, number> & Partial<Record<TaskState, number>> = {
      waiting: 0,
      polling: 0,
      backing_off: 0,
      stopped: 0,
      standby: 0,
    };
    for (const { loop } of [...this.#tasks.values(), ...this.#streams.values()]) {
      counts[loop.state] = (counts[loop.state] ?? 0) + 1;
    }
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
    if (this.#options.leadership.isLeader()) this.#wake(touched);
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
    this.#addStream(provider, tasks);
  }

  #addStream(provider: RunningProvider, tasks: readonly PollTask[]): void {
    const { live, sink, clock, log, chance = systemChance } = this.#options;
    const { connect } = provider;
    const { stream: pace } = provider.definition.pace;
    if (!connect || !pace) return;
    const stream = new StreamTask({
      provider,
      connect: (signal) => connect.call(provider, signal),
      pace,
      fallbacks: tasks.filter(({ target }) => target.fallback === true).map(({ loop }) => loop),
      live,
      sink,
      clock,
      chance,
      onFault: (error, taskId) => log.error({ err: error, taskId }, 'stream task failed inside'),
      onStopped: (error, task) => this.#stopped(error, task),
    });
    this.#streams.set(provider, stream);
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
        interval: Math.max(task.minInterval, this.#resolve(task).interval),
        cost: task.target.cost ?? 1,
      }));
    return quotaStretch(demands, quota, provider.definition.pace.quotaPeriod, this.#options.clock.now());
  }

  /** A refused key is the provider's: none of its other targets would fare better. */
  #stopped(error: ProviderError, task: PollTask | StreamTask): void {
    task.provider.health.stopped(error.message);
    this.#options.log.warn(
      { provider: task.provider.definition.id, taskId: task.id, code: error.code },
      'poll task stopped',
    );
    if (error.code !== 'PROVIDER_KEY_REFUSED') return;
    // The stream first: going down it wakes what stands in for it.
    void this.#streams.get(task.provider)?.loop.halt(`${error.code}: ${error.message}`);
    for (const { loop } of this.#byProvider.get(task.provider) ?? []) void loop.halt();
  }

  async #reloadOverrides(): Promise<void> {
    this.#overrides = new OverrideBook(await this.#options.history.overrides());
    for (const { loop } of this.#tasks.values()) loop.replan();
  }

  // History says by itself that it is away, and calls again when it is back.
  readonly #onReloadFailed = (error: unknown): void =>
    this.#options.log.warn({ err: error }, 'polling overrides could not be read');

  /** An operator who touches a stopped task means it to run again, and the stream of its provider with it. */
  #wake(touched: readonly PollTask[]): void {
    for (const { loop } of touched) if (loop.state === 'stopped') loop.resume();
    for (const provider of new Set(touched.map((task) => task.provider))) {
      const stream = this.#streams.get(provider);
      if (stream?.loop.state === 'stopped') stream.loop.resume();
    }
  }

  #resume(): void {
    for (const { loop, target } of this.#tasks.values()) if (!target.fallback) loop.resume();
    for (const { loop } of this.#streams.values()) loop.resume();
  }

  async #pause(): Promise<void> {
    const streams = [...this.#streams.values()].map((stream) => stream.pause());
    await Promise.all([...streams, ...[...this.#tasks.values()].map(({ loop }) => loop.pause())]);
  }
}
