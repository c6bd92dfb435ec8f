import { after, type EpochMs, type Millis, seconds } from '../domain/time.ts';
import type { Chance } from '../ports/chance.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObservationSink } from '../ports/ingest.ts';
import type { LiveStore } from '../ports/live-store.ts';
import type { PollingScope, TaskStatus } from '../ports/polling.ts';
import type { StreamBatch, StreamItem, StreamPace } from '../ports/provider.ts';
import type { ProviderError } from '../ports/provider-error.ts';
import type { StreamHealth } from '../ports/provider-health.ts';
import type { RunningProvider } from '../ports/running-provider.ts';
import { coveredBy, mostUrgent } from './covered.ts';
import type { PollLoop } from './poll-loop.ts';
import { StreamLoop } from './stream-loop.ts';
import { StreamOutlet } from './stream-outlet.ts';

export interface StreamTaskOptions {
  readonly provider: RunningProvider;
  readonly connect: (signal: AbortSignal) => AsyncIterable<StreamItem>;
  readonly pace: StreamPace;
  /** What is polled while the stream is down, and only then. */
  readonly fallbacks: readonly PollLoop[];
  readonly live: Pick<LiveStore, 'findByLink' | 'view'>;
  readonly sink: ObservationSink;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly onFault: (error: unknown, taskId: string) => void;
  readonly onStopped: (error: ProviderError, task: StreamTask) => void;
}

const TELL_EVERY: Millis = seconds(10);

/** The stream of one provider: its loop, its way to the sink, and the hand-over to the polls that stand in for it. */
export class StreamTask {
  readonly id: string;
  readonly provider: RunningProvider;
  readonly loop: StreamLoop;
  readonly #options: StreamTaskOptions;
  readonly #outlet: StreamOutlet;
  #toldAt: EpochMs | undefined;

  constructor(options: StreamTaskOptions) {
    const { provider, clock, chance, pace, connect, sink } = options;
    const { health, definition } = provider;
    this.#options = options;
    this.provider = provider;
    this.id = `${definition.id}:stream`;
    const onFault = (error: unknown) => options.onFault(error, this.id);
    this.#outlet = new StreamOutlet({ provider: definition.id, sink, onFault });
    this.loop = new StreamLoop({
      clock,
      chance,
      pace,
      connect,
      onOpened: () => this.#takeOver(),
      onBatch: (batch, receivedAt) => this.#hear(batch, receivedAt),
      onHeartbeat: (receivedAt) => {
        this.#outlet.confirm(receivedAt);
        this.#tellHealth(receivedAt);
      },
      onDown: () => this.#giveWay(),
      onFailed: (error) => health.failed(error),
      onFault,
      onStopped: (error) => options.onStopped(error, this),
    });
    health.stream(() => this.health());
  }

  /** Switches it off; resolves when its connection has ended and nothing of it is on its way to the sink. */
  async pause(): Promise<void> {
    await this.loop.pause();
    await this.#outlet.clear();
  }

  health(): StreamHealth {
    const { state, since, lastItemAt, lag, connections, losses } = this.loop;
    return {
      state,
      since,
      ...(lastItemAt !== undefined && { lastMessageAt: lastItemAt }),
      ...(lag !== undefined && { lag }),
      connections,
      losses,
      conflated: this.#outlet.conflated,
    };
  }

  status(): TaskStatus {
    const { loop, provider } = this;
    const { live, clock, pace } = this.#options;
    const covered = coveredBy(live, provider.definition.id, this.#outlet.matches(), clock.now());
    const isDown = loop.state !== 'open' && loop.state !== 'silent';
    return {
      taskId: this.id,
      provider: provider.definition.id,
      kind: 'stream',
      scope: scopeOf(provider),
      intervalMs: pace.expectEvery,
      intervalSource: 'stream',
      reason: loop.reason(),
      phase: mostUrgent(covered),
      state: loop.state,
      matches: this.#outlet.size,
      lastRunAt: loop.lastItemAt ?? null,
      lastDurationMs: null,
      lastErrorCode: (isDown && loop.lastError?.code) || null,
      nextRunAt: loop.dueAt ?? null,
      runs: loop.connections,
      failures: loop.losses,
    };
  }

  /** A poll under way would overwrite what the stream says: nothing of the stream goes out before it has ended. */
  #takeOver(): void {
    this.#toldAt = undefined;
    this.#outlet.hold(Promise.all(this.#options.fallbacks.map((loop) => loop.pause())));
  }

  /** One that was stopped by a refusal of its own stays so. */
  #giveWay(): void {
    for (const loop of this.#options.fallbacks) if (loop.state === 'standby') loop.resume();
  }

  #hear(batch: StreamBatch, receivedAt: EpochMs): void {
    if (batch.dropped.length > 0) this.provider.health.dropped(batch.dropped);
    this.#outlet.offer(batch, receivedAt);
    this.#tellHealth(receivedAt);
  }

  /** To the health a living stream is worth a good poll now and then, and not one a message. */
  #tellHealth(now: EpochMs): void {
    if (this.#toldAt !== undefined && now < after(this.#toldAt, TELL_EVERY)) return;
    this.#toldAt = now;
    this.provider.health.succeeded();
  }
}

const scopeOf = ({ definition }: RunningProvider): PollingScope => {
  const [sport] = definition.sports;
  return definition.sports.length === 1 && sport !== undefined ? { sport } : {};
};
