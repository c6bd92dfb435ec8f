import postgres from 'postgres';
import { StoreError, type StoreErrorCode } from '../../ports/store-error.ts';

/** Turns what postgres.js throws into a `StoreError`; one that is already coded passes through unchanged. */
export function translateError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = codeOf(cause);
  const known = storeCodeOf(cause, code);
  return new StoreError(
    known,
    `${MESSAGES[known] ?? 'Postgres refused the request'}${code && ` (${code})`}`,
    {
      cause,
      ...(code === '' ? {} : { details: { postgres: code } }),
    },
  );
}

const MESSAGES: Partial<Record<StoreErrorCode, string>> = {
  STORE_UNAVAILABLE: 'Postgres cannot be reached',
  STORE_TIMEOUT: 'Postgres did not answer in time',
  STORE_ACCESS_REFUSED: 'Postgres refuses these credentials, this database or these rights',
};

/** The SQLSTATE, or the name of a socket error; empty when there is none. */
function codeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : '';
}

function storeCodeOf(cause: unknown, code: string): StoreErrorCode {
  if (code === 'CONNECT_TIMEOUT' || code === '57014' || code === '55P03') return 'STORE_TIMEOUT';
  if (code === 'CONNECTION_ENDED') return 'STORE_STOPPED';
  if (!(cause instanceof postgres.PostgresError))
    // Our own mistakes in a query (TypeError, MAX_PARAMETERS_EXCEEDED) must not be retried for ever.
    return SOCKET_ERROR.test(code) ? 'STORE_UNAVAILABLE' : 'STORE_REJECTED';
  if (code.startsWith('28') || code === '3D000' || code === '42501') return 'STORE_ACCESS_REFUSED';
  return UNAVAILABLE.some((start) => code.startsWith(start)) ? 'STORE_UNAVAILABLE' : 'STORE_REJECTED';
}

const SOCKET_ERROR = /^(E(?!RR_)[A-Z_]+|ERR_(SOCKET|TLS|SSL).*|CONNECTION_.*|.*CERT.*)$/;

// Connection lost · resources used up (disk, connections) · shutting or starting up · system error · serialization
// and deadlock · read-only, as after a fail-over · prepared statement gone, as behind a pooler.
const UNAVAILABLE = ['08', '53', '57P', '58', '40', '25006', '26000'];
