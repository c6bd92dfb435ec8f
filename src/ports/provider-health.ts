import type { ProviderId } from '../domain/ids.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { Quota } from './provider.ts';

export type ProviderStatus = 'unknown' | 'healthy' | 'degraded' | 'down' | 'disabled';
export type CircuitState = 'closed' | 'half_open' | 'open';

/** A provider's health as a value. */
export interface ProviderHealth {
  readonly provider: ProviderId;
  readonly name: string;
  readonly status: ProviderStatus;
  /** When `status` last changed. */
  readonly since: EpochMs;
  /** Why it is disabled or stopped, in words an operator can act on. */
  readonly reason?: string;
  readonly lastSuccessAt?: EpochMs;
  readonly lastErrorAt?: EpochMs;
  readonly lastErrorCode?: string;
  /** Over the last 100 requests; absent before the first. */
  readonly responseTime?: { readonly p50: Millis; readonly p95: Millis; readonly last: Millis };
  /** Failed share of the last 100 requests, 0 to 1. */
  readonly errorRate: number;
  readonly requests: number;
  readonly failures: number;
  /** Elements left out of otherwise good bodies, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly circuit: CircuitState;
  readonly quota?: Quota;
}

export interface ProviderHealthReader {
  all(): readonly ProviderHealth[];
}
