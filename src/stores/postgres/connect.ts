import postgres from 'postgres';
import type { DatabaseAddress } from '../../ports/database-target.ts';
import { StoreError } from '../../ports/store-error.ts';

export type Sql = postgres.Sql;

export interface PoolOptions {
  /** Most connections open at once; 6 when absent. */
  readonly max?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** A statement that runs longer is ended by the server, in milliseconds; absent: none. */
  readonly statementTimeout?: number;
  /** Connections are kept for good, not closed when idle or old. */
  readonly lasting?: boolean;
}

/**
 * A pool on that server; connections are opened when they are needed and in no case wait longer than 5 s. Throws
 * `STORE_ACCESS_REFUSED` for a URL that is none.
 */
export function openPool(address: DatabaseAddress, options: PoolOptions = {}): Sql {
  const common = {
    max: options.max ?? 6,
    connect_timeout: 5,
    idle_timeout: options.lasting ? 0 : 60,
    max_lifetime: options.lasting ? null : 30 * 60,
    keep_alive: 30,
    // The library's own back-off reaches 20 s, for which a server that is back would stay unused.
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => {},
    // A connection that is lost while the library asks for them is a rejection that nobody can catch. Without them
    // parameters and columns cannot be arrays.
    fetch_types: false,
    connection: {
      application_name: options.applicationName ?? 'touchline',
      ...(options.statementTimeout ? { statement_timeout: options.statementTimeout } : {}),
    },
  };
  if (address.kind === 'url') return fromUrl(address.url, common);
  const { host, port, database, user, password } = address;
  return postgres({
    ...common,
    ...(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }),
    database,
    user,
    ...(password === undefined ? {} : { password }),
  });
}

// Options of libpq that the library would pass on to the server, which refuses them.
const LIBPQ_ONLY = ['channel_binding', 'gssencmode', 'sslcert', 'sslkey', 'sslcrl', 'keepalives'];

function fromUrl(text: string, common: postgres.Options<Record<string, never>>): Sql {
  try {
    if (!URL.canParse(text)) return postgres(text, common);
    const url = new URL(text);
    for (const name of LIBPQ_ONLY) url.searchParams.delete(name);
    // As in libpq: `?host=/run/postgresql` names the directory of a Unix socket.
    const directory = url.searchParams.get('host');
    url.searchParams.delete('host');
    const path = directory?.startsWith('/') ? `${directory}/.s.PGSQL.${url.port || 5432}` : undefined;
    return postgres(url.href, { ...common, ...(path === undefined ? {} : { path }) });
  } catch {
    // No cause: what the parser throws holds the text, and the text may hold a password.
    throw new StoreError('STORE_ACCESS_REFUSED', 'DATABASE_URL is not a valid Postgres URL');
  }
}
