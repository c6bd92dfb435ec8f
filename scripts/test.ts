/**
 * Runs the tests with a real Redis: the one of `REDIS_URL`, else one of our own on a free port, which ends with us.
 * Arguments go to `bun test` (`bun run test src/domain`). The exit code is that of the tests.
 */
import { Redis } from 'ioredis';
import { type RedisProgram, startRedis } from '../tests/support/redis-server.ts';
import { ensureRedis } from './ensure-redis.ts';

// Generous, for slow machines: the tests wait on events, and a test that hangs should still end.
const TEST_TIMEOUT = 60_000;

async function main(): Promise<number> {
  const given = process.env.REDIS_URL;
  if (given) await demandAnswer(given);
  // Tests of faults kill a server of their own, so the program is needed in any case.
  const program = await ensureRedis();
  const redis = given ? undefined : await startRedis(program);
  try {
    return await runTests(program, given ?? redis?.url ?? '');
  } finally {
    await redis?.end();
  }
}

async function runTests(program: RedisProgram, url: string): Promise<number> {
  const child = Bun.spawn(
    [process.execPath, 'test', '--timeout', String(TEST_TIMEOUT), ...process.argv.slice(2)],
    {
      stdio: ['inherit', 'inherit', 'inherit'],
      env: {
        ...process.env,
        BUN_BE_BUN: '1',
        REDIS_URL: url,
        TOUCHLINE_REDIS_SERVER: program.command,
        ...(program.libraries && { TOUCHLINE_REDIS_LIBRARIES: program.libraries }),
      },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  await child.exited;
  return child.exitCode ?? (child.signalCode === 'SIGINT' ? 130 : 143);
}

async function demandAnswer(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, commandTimeout: 5_000 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
  } catch {
    throw new Error('REDIS_URL is set, but no Redis answers there. Start it, or unset REDIS_URL.');
  } finally {
    redis.disconnect();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();
