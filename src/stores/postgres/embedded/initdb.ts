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
      await initdb(join(binaries, 'bin', 'initdb'), draft, runner);
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

async function initdb(program: string, cluster: string, runner: Runner): Promise<void> {
  const argv = ['-D', cluster, '-U', OWNER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions'];
  if (process.platform !== 'linux') return runAs(runner, program, argv);
  // One call for the whole file system instead of a thousand for as many files.
  argv.push('--sync-method=syncfs');
  try {
    await runAs(runner, program, argv);
  } catch (cause) {
    if (await isListed(runner.uid)) throw cause;
    await rm(cluster, { recursive: true, force: true });
    await initdbWithoutName(program, argv, runner);
  }
}

/**
 * initdb, and only it, insists that the user has a name. In a user namespace the number is that of nobody, while the
 * files belong to the user as before.
 */
async function initdbWithoutName(program: string, argv: readonly string[], runner: Runner): Promise<void> {
  const namespace = ['--user', '--map-user=65534', '--map-group=65534', '--'];
  await runAs(runner, 'unshare', [...namespace, program, ...argv]).catch((cause) => {
    throw new StoreError(
      'STORE_EMBEDDED_FAILED',
      `User ${runner.uid} has no entry in /etc/passwd, without which Postgres cannot set up its files. Add one, start as another user, or set DATABASE_URL.`,
      { cause },
    );
  });
}

async function isListed(uid: number): Promise<boolean> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return accounts.split('\n').some((line) => line.split(':')[2] === String(uid));
}
