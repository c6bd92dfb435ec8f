import postgres from 'postgres';
import { StoreError, type StoreErrorCode } from '../../ports/store-error.ts';

/**
 * Turns what postgres.js throws into a `StoreError`; one that is already coded passes through unchanged. `details` hold
 * the SQLSTATE or socket code as `postgres`, and the name of the `constraint` when one was hurt.
 */
export function translateError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const fromServer = cause instanceof postgres.PostgresError;
  const sign = signOf(cause);
  const code = fromServer ? codeOfState(sign) : codeOfSocket(sign);
  const constraint = fromServer ? cause.constraint_name : undefined;
  return new StoreError(code, `${MESSAGES[code]}${sign && ` (${sign})`}`, {
    cause,
    details: {
      ...(sign === '' ? {} : { postgres: sign }),
      ...(constraint === undefined ? {} : { constraint }),
    },
  });
}

type Outcome = Extract<
  StoreErrorCode,
  'STORE_UNAVAILABLE' | 'STORE_TIMEOUT' | 'STORE_ACCESS_REFUSED' | 'STORE_REJECTED'
>;

const MESSAGES: Readonly<Record<Outcome, string>> = {
  STORE_UNAVAILABLE: 'Postgres cannot be reached',
  STORE_TIMEOUT: 'Postgres did not answer in time',
  STORE_ACCESS_REFUSED: 'Postgres refuses these credentials, this database or these rights',
  STORE_REJECTED: 'Postgres refused the request',
};

/** The SQLSTATE, or the name of a socket error; empty when there is none. */
function signOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : '';
}

// Connection lost · resources used up (disk, connections) · shutting or starting up · system error · serialization
// and deadlock · read-only, as after a fail-over · prepared statement gone, as behind a pooler.
const UNAVAILABLE = /^(08|53|57P|58|40|25006|26000)/;
const REFUSED = /^(28|3D000|42501)/;
// 57014: ended by statement_timeout; 55P03: by lock_timeout.
const LATE = /^(57014|55P03)/;

function codeOfState(state: string): Outcome {
  if (LATE.test(state)) return 'STORE_TIMEOUT';
  if (REFUSED.test(state)) return 'STORE_ACCESS_REFUSED';
  return UNAVAILABLE.test(state) ? 'STORE_UNAVAILABLE' : 'STORE_REJECTED';
}

const SOCKET = /^(E(?!RR_)[A-Z_]+|ERR_(SOCKET|TLS|SSL).*|CONNECTION_.*|.*CERT.*)$/;

/** What is no socket's is a mistake of ours in a query, and must not be tried again for ever. */
function codeOfSocket(code: string): Outcome {
  if (code === 'CONNECT_TIMEOUT') return 'STORE_TIMEOUT';
  return SOCKET.test(code) ? 'STORE_UNAVAILABLE' : 'STORE_REJECTED';
}
