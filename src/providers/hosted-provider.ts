import type { Clock } from '../ports/clock.ts';
import type {
  PollAnswer,
  PollTarget,
  Provider,
  ProviderDefinition,
  Quota,
  StreamItem,
} from '../ports/provider.ts';
import { ProviderError } from '../ports/provider-error.ts';
import type { RunningProvider } from '../ports/running-provider.ts';
import type { ProviderMonitor } from './provider-monitor.ts';

/** A provider with its monitor: times its requests, and lets no error out that is not a `ProviderError`. */
export class HostedProvider implements RunningProvider {
  readonly definition: ProviderDefinition;
  readonly health: ProviderMonitor;
  readonly connect?: (signal: AbortSignal) => AsyncIterable<StreamItem>;
  readonly #provider: Provider;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(
    definition: ProviderDefinition,
    provider: Provider,
    health: ProviderMonitor,
    clock: Pick<Clock, 'now'>,
  ) {
    this.definition = definition;
    this.health = health;
    this.#provider = provider;
    this.#clock = clock;
    const { connect } = provider;
    if (connect) this.connect = (signal) => coded(connect.call(provider, signal), signal);
  }

  targets(): readonly PollTarget[] {
    return this.#provider.targets();
  }

  quota(): Quota | undefined {
    return this.health.lastQuota();
  }

  async poll(target: PollTarget, signal: AbortSignal): Promise<PollAnswer> {
    signal.throwIfAborted();
    const begun = this.#clock.now();
    try {
      const answer = await this.#provider.poll(target, signal);
      this.health.requested(answer.receivedAt - answer.requestedAt, true);
      return answer;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const failure = failureOf(error);
      // An open circuit means that nothing was asked.
      if (failure.code !== 'PROVIDER_CIRCUIT_OPEN') this.health.requested(this.#clock.now() - begun, false);
      throw failure;
    }
  }

  async close(): Promise<void> {
    await this.#provider.close?.();
  }
}

async function* coded(items: AsyncIterable<StreamItem>, signal: AbortSignal): AsyncGenerator<StreamItem> {
  try {
    yield* items;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw failureOf(error);
  }
}

const failureOf = (error: unknown): ProviderError =>
  error instanceof ProviderError
    ? error
    : new ProviderError('PROVIDER_BAD_PAYLOAD', 'The adapter failed on the answer', { cause: error });
