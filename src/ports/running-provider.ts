import type { Dropped, PollAnswer, PollTarget, ProviderDefinition, Quota, StreamItem } from './provider.ts';
import type { ProviderError } from './provider-error.ts';
import type { StreamHealth } from './provider-health.ts';

/**
 * What the polling tells of a provider, so that its health can be shown. Requests, response times, quota headers and
 * the circuit are seen by the host itself; telling a poll's outcome is the caller's part. An aborted poll is no outcome.
 */
export interface HealthReport {
  /** A poll was answered and decoded, dropped elements or not. */
  succeeded(): void;
  failed(error: ProviderError): void;
  /** The elements a poll left out. */
  dropped(elements: readonly Dropped[]): void;
  /** Its tasks stopped and will not wake by themselves; `reason` is for an operator. A later success takes it back. */
  stopped(reason: string): void;
  /** What is left of the budget, when it is known from elsewhere than the headers of an answer. */
  quota(quota: Quota): void;
  /** How its stream is, asked for whenever the health is shown. */
  stream(read: () => StreamHealth): void;
}

/** A configured provider, ready to be polled. */
export interface RunningProvider {
  readonly definition: Pick<ProviderDefinition, 'id' | 'name' | 'sports' | 'offers' | 'pace'>;
  /** All there is to poll; the ids are unique in the provider and stay the same from run to run. */
  targets(): readonly PollTarget[];
  /** Throws `ProviderError` and nothing else; on abort the signal's reason. */
  poll(target: PollTarget, signal: AbortSignal): Promise<PollAnswer>;
  /** Its stream, see `Provider.connect`; absent when it has none. Throws `ProviderError` and nothing else. */
  connect?(signal: AbortSignal): AsyncIterable<StreamItem>;
  /** What was last heard of the budget; `undefined` when the provider has none or has not told yet. */
  quota(): Quota | undefined;
  readonly health: HealthReport;
}
