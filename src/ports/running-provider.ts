import type { ProviderId } from '../domain/ids.ts';
import type { Dropped, Pace, PollAnswer, PollTarget, Quota } from './provider.ts';
import type { ProviderError } from './provider-error.ts';

/** Where the polling tells how a provider is doing; kept by its monitor. */
export interface ProviderReports {
  succeeded(): void;
  failed(error: ProviderError): void;
  dropped(elements: readonly Dropped[]): void;
  /** Its tasks have ended for good: a refused key or request. `reason` is for an operator. */
  stopped(reason: string): void;
  /** The newest budget its headers told, if any. */
  quota(): Quota | undefined;
}

/** A provider that is switched on, as the polling sees it. */
export interface RunningProvider {
  readonly id: ProviderId;
  readonly pace: Pace;
  readonly reports: ProviderReports;
  targets(): readonly PollTarget[];
  /** Throws `ProviderError`; on abort the signal's reason. */
  poll(target: PollTarget, signal: AbortSignal): Promise<PollAnswer>;
}
