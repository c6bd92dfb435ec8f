import { ProviderError, type ProviderErrorCode } from '../../ports/provider-error.ts';
import { isRefusal } from './wire.ts';

// A used-up quota is a 401 like a bad key, so the code in the body decides and never the status.
const CODES: Readonly<Record<string, ProviderErrorCode>> = {
  MISSING_KEY: 'PROVIDER_KEY_REFUSED',
  INVALID_KEY: 'PROVIDER_KEY_REFUSED',
  DEACTIVATED_KEY: 'PROVIDER_KEY_REFUSED',
  OUT_OF_USAGE_CREDITS: 'PROVIDER_QUOTA_EXHAUSTED',
  EXCEEDED_FREQ_LIMIT: 'PROVIDER_RATE_LIMITED',
  UNKNOWN_SPORT: 'PROVIDER_REQUEST_REFUSED',
  EVENT_NOT_FOUND: 'PROVIDER_NOT_FOUND',
};

/** The error that an error body stands for; `undefined` when the body is none, or its code says less than the status. */
export function errorIn(body: unknown, status?: number): ProviderError | undefined {
  if (!isRefusal(body)) return undefined;
  const code = CODES[body.error_code] ?? (isParameterFault(body.error_code, status) ? REFUSED : undefined);
  if (code === undefined) return undefined;
  return new ProviderError(code, `The Odds API answered ${printable(body.error_code)}`);
}

const REFUSED: ProviderErrorCode = 'PROVIDER_REQUEST_REFUSED';

const isParameterFault = (errorCode: string, status: number | undefined): boolean =>
  status === 422 || /^(INVALID|MISSING)_/.test(errorCode);

// Only what looks like a code of theirs: the rest of an error body may echo what we sent, the key included.
const printable = (errorCode: string): string => (/^[A-Z_]{1,64}$/.test(errorCode) ? errorCode : 'an error');
