import { epochMs } from '../../src/domain/time.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import { createPostgresHistory } from '../../src/stores/postgres/postgres-history.ts';
import { keptLog } from '../support/kept-log.ts';

// A process of its own for tests that kill it: keeps history in the embedded Postgres of the directory it is given,
// stores one override, says `ready <interval>`, and stays until it is told to stop.
const history = createPostgresHistory({
  target: { kind: 'embedded', dataDir: process.argv[2] ?? '' },
  clock: systemClock,
  log: keptLog(),
  retention: { scoresDays: 90, marketsDays: 30 },
});
process.once('SIGTERM', async () => {
  await history.stop();
  process.exit(0);
});
try {
  await history.start();
  await history.changeOverride({
    scope: { sport: 'soccer' },
    kind: null,
    interval: 1_234,
    actor: `user ${process.getuid?.()}`,
    at: epochMs(systemClock.now()),
  });
  process.stdout.write(`ready ${(await history.overrides())[0]?.interval}\n`);
} catch (error) {
  process.stdout.write(`failed ${error instanceof Error && 'code' in error ? error.code : error}\n`);
  process.exit(1);
}
