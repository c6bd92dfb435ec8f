import { afterAll } from 'bun:test';
import { temporaryDataDir, testPostgres } from '../support/postgres.ts';
import { ownRedisProgram } from '../support/redis.ts';
import { startRedis } from '../support/redis-server.ts';
import { story } from './story.ts';

const endings: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

story('embedded', async () => ({ DATA_DIR: temporaryDataDir() }));

story('external Postgres and Redis', async () => {
  const postgres = await testPostgres();
  const redis = await startRedis(ownRedisProgram());
  endings.push(
    () => postgres.drop(),
    () => redis.end(),
  );
  return { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
});
