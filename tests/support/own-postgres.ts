import { rmSync } from 'node:fs';
import { systemClock } from '../../src/platform/system-clock.ts';
import { EmbeddedPostgres } from '../../src/stores/postgres/embedded/embedded-postgres.ts';
import { stopWithUs, temporaryDataDir } from './postgres.ts';

/** A Postgres server that a test may take down and bring back; whoever uses it knows its address only. */
export interface OwnPostgres {
  /** `DB_HOST`, `DB_PORT`, `DB_NAME` and `DB_USER`. */
  readonly variables: Readonly<Record<string, string>>;
  takeDown(): Promise<void>;
  bringBack(): Promise<void>;
  /** Takes it down for good. */
  remove(): Promise<void>;
}

export async function ownPostgres({ durable = false } = {}): Promise<OwnPostgres> {
  const dataDir = temporaryDataDir();
  const server = new EmbeddedPostgres({ dataDir, clock: systemClock, durable });
  const bringBack = async () => {
    await server.start();
    await stopWithUs(server.cluster ?? '', dataDir);
  };
  const address = await server.start();
  await stopWithUs(server.cluster ?? '', dataDir);
  if (address.kind !== 'parts') throw new Error('an embedded server is addressed by its socket');
  return {
    variables: {
      DB_HOST: address.host,
      DB_PORT: String(address.port),
      DB_NAME: address.database,
      DB_USER: address.user,
    },
    takeDown: () => server.stop(),
    bringBack,
    remove: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
