import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomText } from '../../../platform/random-text.ts';
import { StoreError } from '../../../ports/store-error.ts';
import { runAs } from './run-as.ts';
import type { Runner } from './runner.ts';

/** The superuser that `initdb` makes; on a socket only the runner and root can reach. */
export const OWNER = 'touchline';

/**
 * Makes the cluster if there is none, and checks that it was made by this major version. It is made under another name
 * and renamed when whole: a start that is killed half-way, or two starts at once, leave no half cluster behind.
 */
export async function ensureCluster(
  binaries: string,
  cluster: string,
  runner: Runner,
  major: number,
): Promise<void> {
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    const draft = `${cluster}.${randomText(8)}`;
    try {
      await runAs(runner, join(binaries, 'bin', 'initdb'), [
        ...['-D', draft, '-U', OWNER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions'],
        ...(process.platform === 'linux' ? ['--sync-method=syncfs'] : []),
      ]);
      await rename(draft, cluster).catch((cause) => {
        if (!existsSync(join(cluster, 'PG_VERSION'))) throw cause;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (version !== String(major))
    throw new StoreError(
      'STORE_DATA_DIRECTORY',
      `${cluster} was made by Postgres ${version}, this release brings ${major}. Dump it with the release that made it (pg_dump) and restore it here, or set DATA_DIR to another directory to begin anew.`,
      { details: { found: version, needed: String(major) } },
    );
}
