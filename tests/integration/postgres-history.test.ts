import { rmSync } from 'node:fs';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { DatabaseTarget } from '../../src/ports/database-target.ts';
import { createPostgresHistory } from '../../src/stores/postgres/postgres-history.ts';
import { historyContract } from '../contracts/history-contract.ts';
import { keptLog } from '../support/kept-log.ts';
import { temporaryDataDir, testPostgres } from '../support/postgres.ts';

const create = (target: DatabaseTarget) =>
  createPostgresHistory({
    target,
    clock: systemClock,
    log: keptLog(),
    retention: { scoresDays: 90, marketsDays: 30 },
  });

historyContract('Postgres by URL', async () => {
  const postgres = await testPostgres();
  return { create: () => create(postgres.target), replicas: true, dispose: postgres.drop };
});

historyContract('embedded Postgres', async () => {
  const dataDir = temporaryDataDir();
  return {
    create: () => create({ kind: 'embedded', dataDir }),
    replicas: false,
    dispose: async () => rmSync(dataDir, { recursive: true }),
  };
});
