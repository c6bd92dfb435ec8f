import type { ProviderId } from '../domain/ids.ts';
import type { EpochMs, Millis } from '../domain/time.ts';
import type { Quota } from './provider.ts';

export type ProviderStatus = 'unknown' | 'healthy' | 'degraded' | 'down' | 'disabled';
export type CircuitState = 'closed' | 'half_open' | 'open';

/**
 * - `connecting`, until all that it covers has been heard once · `open` · `silent`: open, but later than it should be
 * - `reconnecting`: waiting for the next attempt · `stopped` by a refusal · `standby` while another replica listens
 */
export const STREAM_STATES = ['standby', 'connecting', 'open', 'silent', 'reconnecting', 'stopped'] as const;
export type StreamState = (typeof STREAM_STATES)[number];

export interface StreamHealth {
  readonly state: StreamState;
  readonly since: EpochMs;
  readonly lastMessageAt?: EpochMs;
  /** From the provider's own time of the last message to our receipt. */
  readonly lag?: Millis;
  /** Connections made, and how many of them failed or broke. */
  readonly connections: number;
  readonly losses: number;
  /** Statements that were overtaken by a newer one of the same match before they were taken in. */
  readonly conflated: number;
}

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
  readonly stream?: StreamHealth;
}

export interface ProviderHealthReader {
  all(): readonly ProviderHealth[];
}
