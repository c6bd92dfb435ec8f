import { systemClock } from '../../src/platform/system-clock.ts';
import { createPostgresEventLog } from '../../src/stores/postgres/events/postgres-event-log.ts';
import { eventLogContract } from '../contracts/event-log-contract.ts';
import { keptLog } from '../support/kept-log.ts';
import { testPostgres } from '../support/postgres.ts';

eventLogContract('Postgres', async () => {
  const postgres = await testPostgres();
  return {
    create: () =>
      createPostgresEventLog({
        address: () => postgres.target,
        clock: systemClock,
        log: keptLog(),
        retention: { days: 30, byType: new Map() },
      }),
    dispose: postgres.drop,
  };
});
