import type { ExternalId } from '../domain/ids.ts';
import { observe } from '../domain/observation.ts';
import { after, type EpochMs, epochMs, type Millis } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObservationSink } from '../ports/ingest.ts';
import type { LiveStore } from '../ports/live-store.ts';
import type { TaskStatus } from '../ports/polling.ts';
import type { PollAnswer, PollTarget } from '../ports/provider.ts';
import { ProviderError } from '../ports/provider-error.ts';
import type { RunningProvider } from '../ports/running-provider.ts';
import type { Stretch } from './budget.ts';
import { type Covered, coveredBy } from './covered.ts';
import { firstTick } from './grid.ts';
import type { ResolvedInterval } from './interval.ts';
import { type NextPoll, nextPoll } from './next-poll.ts';
import { PollLoop } from './poll-loop.ts';
import type { Turnstile } from './turnstile.ts';

export interface PollTaskOptions {
  readonly provider: RunningProvider;
  readonly target: PollTarget;
  readonly turnstile: Turnstile;
  readonly live: Pick<LiveStore, 'findByLink' | 'view'>;
  readonly sink: ObservationSink;
  readonly clock: Clock;
  readonly resolve: (task: PollTask) => ResolvedInterval;
  readonly stretch: (provider: RunningProvider) => Stretch;
  readonly onFault: (error: unknown, taskId: string) => void;
  readonly onStopped: (error: ProviderError, task: PollTask) => void;
  readonly onPolled: (task: PollTask, outcome: string, durationMs: number) => void;
}

/** One target of one provider, with its loop and what its last answer covered. */
export class PollTask {
  readonly id: string;
  readonly target: PollTarget;
  readonly provider: RunningProvider;
  readonly loop: PollLoop;
  readonly #options: PollTaskOptions;
  #externalIds: readonly ExternalId[] = [];

  constructor(options: PollTaskOptions) {
    const { provider, target, clock } = options;
    this.#options = options;
    this.provider = provider;
    this.target = target;
    this.id = `${provider.definition.id}:${target.id}`;
    this.loop = new PollLoop({
      clock,
      first: () => this.#first(),
      poll: (signal) => options.turnstile.pass(() => this.#poll(signal)),
      next: () => this.#next(),
      onFault: (error) => options.onFault(error, this.id),
      onStopped: (error) => options.onStopped(error, this),
    });
  }

  /** The matches of the last answer that we know, and how near to play they are. */
  covered(now: EpochMs): readonly Covered[] {
    return coveredBy(this.#options.live, this.provider.definition.id, this.#externalIds, now);
  }

  /** What the provider's terms and the target's allow. */
  get minInterval(): Millis {
    return Math.max(this.provider.definition.pace.minInterval, this.target.minInterval ?? 0);
  }

  status(): TaskStatus {
    const { loop, target } = this;
    const wanted = this.#options.resolve(this);
    const planned: NextPoll = loop.planned ?? this.#next();
    return {
      taskId: this.id,
      provider: this.provider.definition.id,
      kind: target.kind,
      scope:
        target.league === undefined
          ? { sport: target.sport }
          : { sport: target.sport, league: target.league },
      intervalMs: planned.interval,
      intervalSource: wanted.source,
      reason: target.fallback ? `${planned.reason}; while the stream is down` : planned.reason,
      phase: wanted.phase,
      state: loop.state,
      matches: this.#externalIds.length,
      lastRunAt: loop.lastRunAt ?? null,
      lastDurationMs: loop.lastDurationMs ?? null,
      lastErrorCode: loop.last.outcome === 'failed' ? loop.last.error.code : null,
      nextRunAt: loop.planned?.at ?? null,
      runs: loop.runs,
      failures: loop.failures,
    };
  }

  #first(): EpochMs {
    const { clock, target } = this.#options;
    const now = clock.now();
    if (!target.fallback) return firstTick(this.id, this.#next().interval, now);
    // What it stands in for is down already: at once, as far as the terms allow.
    const { lastRunAt } = this.loop;
    return lastRunAt === undefined ? now : epochMs(Math.max(now, after(lastRunAt, this.minInterval)));
  }

  #next(): NextPoll {
    const { provider, clock, resolve, stretch } = this.#options;
    return nextPoll(
      this.id,
      resolve(this),
      { ...provider.definition.pace, minInterval: this.minInterval },
      stretch(provider),
      this.loop.last,
      clock.now(),
    );
  }

  async #poll(signal: AbortSignal): Promise<PollAnswer> {
    const { provider, target, clock, sink, onPolled } = this.#options;
    signal.throwIfAborted();
    const startedAt = clock.now();
    try {
      const answer = await provider.poll(target, signal);
      signal.throwIfAborted();
      provider.health.succeeded();
      if (answer.dropped.length > 0) provider.health.dropped(answer.dropped);
      this.#externalIds = answer.statements.map((statement) => statement.match.externalId);
      onPolled(this, answer.notModified ? 'not_modified' : 'ok', clock.now() - startedAt);
      await sink.accept(observe(answer.statements, stampOf(answer, provider)));
      return answer;
    } catch (error) {
      if (error instanceof ProviderError) {
        provider.health.failed(error);
        onPolled(this, error.code, clock.now() - startedAt);
      }
      throw error;
    }
  }
}

const stampOf = ({ requestedAt, receivedAt }: PollAnswer, { definition }: RunningProvider) => ({
  provider: definition.id,
  requestedAt,
  receivedAt,
});
