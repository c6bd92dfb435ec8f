import type { EpochMs } from '../../domain/time.ts';
import { type ResponseHeaders, retryAt } from '../../platform/http-client/response-headers.ts';
import { ProviderError, type ProviderErrorCode } from '../../ports/provider-error.ts';
import { isRefusal } from './wire.ts';

// A used-up quota is a 401 like a bad key, so the code in the body decides and never the status.
const CODES: ReadonlyMap<string, ProviderErrorCode> = new Map([
  ['MISSING_KEY', 'PROVIDER_KEY_REFUSED'],
  ['INVALID_KEY', 'PROVIDER_KEY_REFUSED'],
  ['DEACTIVATED_KEY', 'PROVIDER_KEY_REFUSED'],
  ['OUT_OF_USAGE_CREDITS', 'PROVIDER_QUOTA_EXHAUSTED'],
  ['EXCEEDED_FREQ_LIMIT', 'PROVIDER_RATE_LIMITED'],
  ['UNKNOWN_SPORT', 'PROVIDER_REQUEST_REFUSED'],
  ['EVENT_NOT_FOUND', 'PROVIDER_NOT_FOUND'],
]);

/** The error that an error body stands for; `undefined` when it is none, or its code says no more than the status. */
export function errorIn(
  body: unknown,
  status: number,
  headers: ResponseHeaders,
  now: EpochMs,
): ProviderError | undefined {
  if (!isRefusal(body)) return undefined;
  const { error_code: theirs } = body;
  const code = CODES.get(theirs) ?? (namesParameter(theirs, status) ? 'PROVIDER_REQUEST_REFUSED' : undefined);
  if (code === undefined) return undefined;
  const later = retryAt(headers, now);
  return new ProviderError(code, `The Odds API answered ${printable(theirs)}`, {
    ...(later !== undefined && { retryAt: later }),
  });
}

const namesParameter = (errorCode: string, status: number): boolean =>
  status === 422 || /^(INVALID|MISSING)_/.test(errorCode);

// Only what looks like a code of theirs: the rest of an error body may echo what we sent, the key included.
const printable = (errorCode: string): string => (/^[A-Z_]{1,64}$/.test(errorCode) ? errorCode : 'an error');
