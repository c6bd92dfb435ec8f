import { type ErrorOptions, TouchlineError } from '../domain/errors.ts';
import type { EpochMs } from '../domain/time.ts';

/**
 * What can go wrong between us and a provider.
 * - `PROVIDER_BAD_PAYLOAD`: not JSON, or not the documented shape
 * - `PROVIDER_BODY_TOO_LARGE`: over the size limit; reading was stopped
 * - `PROVIDER_TIMEOUT`, `PROVIDER_UNREACHABLE`: no answer, or no connection
 * - `PROVIDER_UPSTREAM_ERROR`: their 5xx
 * - `PROVIDER_RATE_LIMITED`: too fast; `retryAt` says when again
 * - `PROVIDER_QUOTA_EXHAUSTED`: the plan's budget is used up until `retryAt`
 * - `PROVIDER_KEY_REFUSED`: missing, wrong or deactivated key; its tasks stop
 * - `PROVIDER_REQUEST_REFUSED`: another 4xx; asking the same again is useless
 * - `PROVIDER_NOT_FOUND`: their 404
 * - `PROVIDER_CIRCUIT_OPEN`: not asked at all, after too many failures in a row
 */
export const PROVIDER_ERROR_CODES = [
  'PROVIDER_BAD_PAYLOAD',
  'PROVIDER_BODY_TOO_LARGE',
  'PROVIDER_TIMEOUT',
  'PROVIDER_UNREACHABLE',
  'PROVIDER_UPSTREAM_ERROR',
  'PROVIDER_RATE_LIMITED',
  'PROVIDER_QUOTA_EXHAUSTED',
  'PROVIDER_KEY_REFUSED',
  'PROVIDER_REQUEST_REFUSED',
  'PROVIDER_NOT_FOUND',
  'PROVIDER_CIRCUIT_OPEN',
] as const;

export type ProviderErrorCode = (typeof PROVIDER_ERROR_CODES)[number];

const FINAL: ReadonlySet<ProviderErrorCode> = new Set(['PROVIDER_KEY_REFUSED', 'PROVIDER_REQUEST_REFUSED']);

export class ProviderError extends TouchlineError<ProviderErrorCode> {
  readonly retryable: boolean;
  /** Not before this instant, when the provider told. */
  readonly retryAt: EpochMs | undefined;

  constructor(code: ProviderErrorCode, message: string, options: ErrorOptions & { retryAt?: EpochMs } = {}) {
    super(code, message, options);
    this.retryable = !FINAL.has(code);
    this.retryAt = options.retryAt;
  }
}
