import type { EpochMs } from '../../domain/time.ts';
import { ProviderError, type ProviderErrorCode } from '../../ports/provider-error.ts';
import { type ResponseHeaders, retryAt } from './response-headers.ts';

/** What a status outside 2xx means when the provider's adapter does not know better. */
export function errorOfStatus(status: number, headers: ResponseHeaders, now: EpochMs): ProviderError {
  const [code, message] = meaningOf(status);
  const later = retryAt(headers, now);
  return new ProviderError(code, message, {
    details: { status },
    ...(later !== undefined && { retryAt: later }),
  });
}

function meaningOf(status: number): readonly [ProviderErrorCode, string] {
  if (status >= 500) return ['PROVIDER_UPSTREAM_ERROR', 'The provider failed'];
  switch (status) {
    case 401:
    case 403:
      return ['PROVIDER_KEY_REFUSED', 'The provider refuses our key'];
    case 402:
      return ['PROVIDER_QUOTA_EXHAUSTED', 'The plan is used up'];
    case 404:
    case 410:
      return ['PROVIDER_NOT_FOUND', 'The provider has nothing there'];
    case 408:
      return ['PROVIDER_TIMEOUT', 'The provider gave up waiting for our request'];
    case 429:
      return ['PROVIDER_RATE_LIMITED', 'We asked too often'];
  }
  // A 304 nobody asked for, or a redirect that leads nowhere.
  if (status < 400) return ['PROVIDER_BAD_PAYLOAD', 'The provider answered without a body'];
  return ['PROVIDER_REQUEST_REFUSED', 'The provider refuses the request'];
}

const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);

/** Our error for whatever the connection, the parser of HTTP or the decompressor threw. */
export function errorOfTransport(cause: unknown): ProviderError {
  if (cause instanceof ProviderError) return cause;
  const reason = reasonOf(cause);
  const options = { cause, details: { reason } };
  if (TIMEOUTS.has(reason)) return new ProviderError('PROVIDER_TIMEOUT', 'No answer in time', options);
  if (reason === 'UND_ERR_INVALID_ARG')
    return new ProviderError('PROVIDER_REQUEST_REFUSED', 'The request cannot be sent', options);
  if (/^Z_|^ERR_BROTLI|^ERR__ERROR_FORMAT/.test(reason))
    return new ProviderError('PROVIDER_BAD_PAYLOAD', 'The body cannot be unpacked', options);
  return new ProviderError('PROVIDER_UNREACHABLE', 'No connection, or one that broke', options);
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
