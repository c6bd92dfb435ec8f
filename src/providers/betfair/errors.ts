import { after, type EpochMs, minutes } from '../../domain/time.ts';
import { ProviderError, type ProviderErrorCode } from '../../ports/provider-error.ts';
import { isLoginAnswer, isRpcError, isStatusMessage } from './wire.ts';

/** Their codes, of the stream and of the JSON-RPC service; those that are not here are a fault of theirs. */
const CODES: ReadonlyMap<string, ProviderErrorCode> = new Map([
  ['NO_APP_KEY', 'PROVIDER_KEY_REFUSED'],
  ['INVALID_APP_KEY', 'PROVIDER_KEY_REFUSED'],
  ['NO_SESSION', 'PROVIDER_KEY_REFUSED'],
  ['INVALID_SESSION_INFORMATION', 'PROVIDER_KEY_REFUSED'],
  ['NOT_AUTHORIZED', 'PROVIDER_KEY_REFUSED'],
  ['ACCESS_DENIED', 'PROVIDER_KEY_REFUSED'],
  ['INVALID_INPUT', 'PROVIDER_REQUEST_REFUSED'],
  ['INVALID_REQUEST', 'PROVIDER_REQUEST_REFUSED'],
  ['INVALID_INPUT_DATA', 'PROVIDER_REQUEST_REFUSED'],
  ['INVALID_JSON', 'PROVIDER_REQUEST_REFUSED'],
  ['TOO_MUCH_DATA', 'PROVIDER_REQUEST_REFUSED'],
  ['REQUEST_SIZE_EXCEEDS_LIMIT', 'PROVIDER_REQUEST_REFUSED'],
  ['SUBSCRIPTION_LIMIT_EXCEEDED', 'PROVIDER_REQUEST_REFUSED'],
  ['MAX_CONNECTION_LIMIT_EXCEEDED', 'PROVIDER_RATE_LIMITED'],
  ['TOO_MANY_REQUESTS', 'PROVIDER_RATE_LIMITED'],
  ['TIMEOUT', 'PROVIDER_TIMEOUT'],
  ['TIMEOUT_ERROR', 'PROVIDER_TIMEOUT'],
]);

const SESSION_REFUSED: ReadonlySet<unknown> = new Set(['NO_SESSION', 'INVALID_SESSION_INFORMATION']);

/** Codes of the login that do not speak of the account. */
const LOGIN_CODES: ReadonlyMap<string, ProviderErrorCode> = new Map([
  ['TEMPORARY_BAN_TOO_MANY_REQUESTS', 'PROVIDER_RATE_LIMITED'],
  ['INTERNAL_ERROR', 'PROVIDER_UPSTREAM_ERROR'],
]);

/** Who has logged in too often is shut out for so long. */
const LOGIN_BAN = minutes(20);

/** The session has ended (or never was): another one may be let in. */
export const isSessionRefused = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && SESSION_REFUSED.has(error.details.errorCode);

/** The clock of a subscription is too old to go on from. */
export const isClockRefused = (error: ProviderError): boolean => error.details.errorCode === 'INVALID_CLOCK';

/** The error that an answer of theirs or a line carries, whatever its HTTP status; `undefined` when it carries none. */
export function errorIn(body: unknown, now: EpochMs): ProviderError | undefined {
  if (isRpcError(body)) {
    const { code, data } = body.error;
    // Codes of JSON-RPC itself say that we asked for what there is not.
    const own =
      typeof code === 'number' && code >= -32_700 && code <= -32_600 ? 'INVALID_REQUEST' : 'unknown';
    return refusal(
      'Betfair refuses the request',
      data?.APINGException?.errorCode ?? own,
      CODES,
      'PROVIDER_UPSTREAM_ERROR',
    );
  }
  if (isStatusMessage(body)) {
    if (body.statusCode !== 'FAILURE') return undefined;
    return refusal(
      'Betfair refuses on the stream',
      body.errorCode ?? 'unknown',
      CODES,
      'PROVIDER_UPSTREAM_ERROR',
    );
  }
  if (isLoginAnswer(body)) {
    if (body.token !== '' && (body.status === 'SUCCESS' || body.status === 'LIMITED_ACCESS'))
      return undefined;
    const banned = body.error === 'TEMPORARY_BAN_TOO_MANY_REQUESTS' ? after(now, LOGIN_BAN) : undefined;
    // Repeated with the same password it locks the account: whatever we do not know ends it.
    return refusal(
      'Betfair refuses the login',
      body.error || body.status,
      LOGIN_CODES,
      'PROVIDER_KEY_REFUSED',
      banned,
    );
  }
  return undefined;
}

function refusal(
  message: string,
  told: string,
  codes: ReadonlyMap<string, ProviderErrorCode>,
  otherwise: ProviderErrorCode,
  retryAt?: EpochMs,
): ProviderError {
  // Their messages may echo what we sent; a code is kept only when it looks like one.
  const errorCode = /^[A-Z][A-Z0-9_]{1,63}$/.test(told) ? told : 'unknown';
  return new ProviderError(codes.get(errorCode) ?? otherwise, `${message}: ${errorCode}`, {
    details: { errorCode },
    ...(retryAt !== undefined && { retryAt }),
  });
}
