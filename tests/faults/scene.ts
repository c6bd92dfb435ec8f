import { Redis } from 'ioredis';
import { openPool, type Sql } from '../../src/stores/postgres/connect.ts';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.ts';
import { PUSH_SECRET, pusher } from '../support/pushing.ts';
import { ownRedisProgram } from '../support/redis.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { type ServerProcess, serverFolder, serverProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

/** A server process with a Postgres (fsync on) and a Redis of its own; each of the three can be taken away and comes back. */
export class Scene {
  readonly postgres: OwnPostgres;
  readonly sql: Sql;
  readonly token: string;
  redis: RunningRedis;
  reader: Redis;
  url = '';
  readonly #environment: Readonly<Record<string, string>> & { readonly DATA_DIR: string };
  #server: ServerProcess | undefined;
  #starts = 0;

  constructor(postgresServer: OwnPostgres, redis: RunningRedis, token: string, more: Record<string, string>) {
    const { DB_HOST, DB_PORT, DB_NAME, DB_USER } = postgresServer.variables;
    this.postgres = postgresServer;
    this.redis = redis;
    this.token = token;
    this.reader = readerOf(redis);
    const place = {
      host: DB_HOST ?? '',
      port: Number(DB_PORT),
      database: DB_NAME ?? '',
      user: DB_USER ?? '',
    };
    this.sql = openPool({ kind: 'parts', ...place }, { max: 1, applicationName: 'touchline faults' });
    this.#environment = {
      DATA_DIR: serverFolder(),
      JWT_SECRET: PUSH_SECRET,
      // No provider plays: all there is was pushed.
      PROVIDERS: 'espn',
      ESPN_BASE_URL: 'http://127.0.0.1:1',
      RATE_LIMIT_MAX: PLENTY,
      INGEST_RATE_LIMIT_MAX: PLENTY,
      WS_MAX_PER_ADDRESS: PLENTY,
      LOG_LEVEL: 'info',
      REDIS_URL: redis.url,
      ...postgresServer.variables,
      ...more,
    };
  }

  get server(): ServerProcess {
    if (!this.#server) throw new Error('no server was started');
    return this.#server;
  }

  get webSocketUrl(): string {
    return this.url.replace('http', 'ws');
  }

  get starts(): number {
    return this.#starts;
  }

  async startServer(): Promise<void> {
    const server = serverProcess(this.#environment);
    this.#server = server;
    this.url = await server.ready;
    this.#starts += 1;
  }

  /** SIGKILL: it has no time for anything. */
  async killServer(): Promise<void> {
    this.server.signal('SIGKILL');
    await this.server.ended;
  }

  async killRedis(): Promise<void> {
    this.reader.disconnect();
    await this.redis.end('SIGKILL');
  }

  /** On the same port, empty: it had saved nothing. */
  async restartRedis(): Promise<void> {
    this.redis = await startRedis(ownRedisProgram(), { port: this.redis.port });
    this.reader = readerOf(this.redis);
  }

  /** Resolves when the server says that both stores are there. */
  async healthy(): Promise<void> {
    await until(
      'both stores are up',
      async () => {
        const answer = await fetch(`${this.url}/health`);
        const { stores } = (await answer.json()) as { stores: Record<string, { status: string }> };
        return Object.values(stores).every(({ status }) => status === 'ok');
      },
      30_000,
    );
  }

  async end(): Promise<void> {
    this.reader.disconnect();
    this.#server?.signal('SIGKILL');
    await this.#server?.ended;
    await this.sql.end({ timeout: 1 });
    await this.redis.end('SIGKILL');
    await this.postgres.remove();
  }
}

const PLENTY = '100000000';

export async function openScene(more: Record<string, string> = {}): Promise<Scene> {
  const [database, redis, { token }] = await Promise.all([
    ownPostgres({ durable: true }),
    startRedis(ownRedisProgram()),
    pusher(),
  ]);
  const scene = new Scene(database, redis, token, more);
  try {
    await scene.startServer();
    await scene.healthy();
    return scene;
  } catch (error) {
    await scene.end();
    throw error;
  }
}

function readerOf({ url }: RunningRedis): Redis {
  const reader = new Redis(url);
  reader.on('error', () => {});
  return reader;
}
