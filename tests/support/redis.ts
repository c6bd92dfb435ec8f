import { Redis } from 'ioredis';
import { randomText } from '../../src/platform/random-text.ts';
import { type RedisProgram, type RunningRedis, redisProgram, startRedis } from './redis-server.ts';

/** A place of a test file's own on a real Redis. */
export interface TestRedis {
  /** For `REDIS_URL`; leads to a database that was empty. Channels are shared by all databases of a server. */
  readonly url: string;
  /** For a store that is to share neither keys nor channels with another. */
  readonly keyPrefix: string;
  /** Removes what was written. */
  stop(): Promise<void>;
}

/** On `REDIS_URL` when it is set, else on one server for the process, which ends with it. */
export async function testRedis(): Promise<TestRedis> {
  const url = new URL(process.env.REDIS_URL ?? (await sharedServer()).url);
  const database = await emptyDatabase(url.href);
  if (database !== undefined) url.pathname = `/${database}`;
  const keyPrefix = `test-${randomText(8)}:`;
  return {
    url: url.href,
    keyPrefix,
    stop: async () => {
      const redis = new Redis(url.href);
      if (database !== undefined) await redis.flushdb();
      else for await (const keys of redis.scanStream({ match: `${keyPrefix}*` })) await remove(redis, keys);
      redis.disconnect();
    },
  };
}

/** The program for tests that start and kill a server of their own. */
export function ownRedisProgram(): RedisProgram {
  const program = redisProgram();
  if (program) return program;
  throw new Error('no redis-server on PATH: install it, or run `bun run test`, which finds or installs one');
}

let shared: Promise<RunningRedis> | undefined;

function sharedServer(): Promise<RunningRedis> {
  shared ??= startRedis(ownRedisProgram());
  return shared;
}

// Never the database the URL names, which may be somebody's, nor one that has anything in it.
async function emptyDatabase(url: string): Promise<number | undefined> {
  const redis = new Redis(url, { maxRetriesPerRequest: 2 });
  try {
    for (let database = 15; database > 0; database--) {
      const selected = await redis.select(database).catch(() => undefined);
      if (selected === 'OK' && (await redis.dbsize()) === 0) return database;
    }
    return undefined;
  } finally {
    redis.disconnect();
  }
}

async function remove(redis: Redis, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await redis.del(...keys);
}
