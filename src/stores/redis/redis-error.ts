import { StoreError, type StoreErrorCode } from '../../ports/store-error.ts';

const REFUSED =
  /^(NOAUTH|WRONGPASS|NOPERM|ERR (AUTH|invalid password|Client sent AUTH|DB index|invalid DB index))/;
// The server is there and will be able again, here or after a reconnect.
const NOT_NOW = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS)/;
const TOO_OLD = /^ERR (unknown command|Unknown Redis command|unknown subcommand)/;

/**
 * What a failure of the Redis client means to us. The client's own error is left out on purpose: it carries the
 * command's arguments, and those of AUTH are the password.
 */
export function redisError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : '';
  const code = codeOf(error, message);
  const reply = /^[A-Z]{3,}/.exec(message)?.[0] ?? (error as { code?: unknown } | null)?.code;
  return new StoreError(code, SENTENCES[code], {
    details: { store: 'redis', ...(typeof reply === 'string' && { reply }) },
  });
}

type RedisErrorCode = Extract<
  StoreErrorCode,
  'STORE_TIMEOUT' | 'STORE_ACCESS_REFUSED' | 'STORE_UNAVAILABLE' | 'STORE_UNSUPPORTED' | 'STORE_REJECTED'
>;

const SENTENCES: Readonly<Record<RedisErrorCode, string>> = {
  STORE_TIMEOUT: 'Redis did not answer in time',
  STORE_ACCESS_REFUSED: 'Redis refused the user, the password, the database or the command',
  STORE_UNAVAILABLE: 'Redis is not available',
  STORE_UNSUPPORTED: 'Redis is older than 7.0',
  STORE_REJECTED: 'Redis rejected the command',
};

function codeOf(error: unknown, message: string): RedisErrorCode {
  if (message === 'Command timed out') return 'STORE_TIMEOUT';
  if (REFUSED.test(message)) return 'STORE_ACCESS_REFUSED';
  if (NOT_NOW.test(message)) return 'STORE_UNAVAILABLE';
  if (TOO_OLD.test(message)) return 'STORE_UNSUPPORTED';
  if (error instanceof Error && error.name === 'ReplyError') return 'STORE_REJECTED';
  return 'STORE_UNAVAILABLE';
}

// Redis answers, and refuses writes only: reading and listening go on.
const STILL_THERE: ReadonlySet<unknown> = new Set(['OOM', 'MISCONF', 'NOREPLICAS', 'BUSY']);

/** True when the failure means that Redis cannot be used at all for the moment. */
export const silences = ({ code, details }: StoreError): boolean =>
  code === 'STORE_TIMEOUT' || (code === 'STORE_UNAVAILABLE' && !STILL_THERE.has(details.reply));
