import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { randomText } from '../../../platform/random-text.ts';
import { StoreError } from '../../../ports/store-error.ts';
import { canEnter, type Runner, runnerFor } from './runner.ts';

/** Where a data directory's Postgres keeps its files. All paths are absolute and free of links. */
export interface ClusterPlace {
  readonly dataDir: string;
  /** Postgres's own data directory; it may not exist yet. Its parent does, and is the runner's. */
  readonly cluster: string;
  readonly runner: Runner;
}

/** Beside data directories that the runner cannot enter. */
const ELSEWHERE = '/var/lib';
const RECORD = 'postgres.location';

/**
 * Finds or chooses the place. Normally `<dataDir>/postgres/cluster`. When we are root and the data directory lies below
 * one that only root may enter (`/root`), Postgres cannot reach it: then it is `/var/lib/touchline-<…>/cluster`, and
 * the file `postgres.location` in the data directory says so. Whoever deletes the data directory starts anew.
 */
export async function findClusterPlace(givenDataDir: string): Promise<ClusterPlace> {
  const dataDir = await prepareDataDir(resolve(givenDataDir));
  const recorded = await readFile(join(dataDir, RECORD), 'utf8').catch(() => '');
  const home = recorded.trim() || join(dataDir, 'postgres');
  const runner = await runnerFor(join(home, 'cluster'));
  if (recorded || !runner.asRoot || (await canEnter(runner, dataDir)))
    return { dataDir, runner, cluster: await prepareHome(home, runner) };

  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 8);
  const elsewhere = join(ELSEWHERE, `touchline-${hash}-${randomText(6)}`);
  const cluster = await prepareHome(elsewhere, runner);
  // The one who records first decides for all that start at once.
  const won = await writeFile(join(dataDir, RECORD), `${elsewhere}\n`, { flag: 'wx' }).then(
    () => true,
    () => false,
  );
  return won ? { dataDir, runner, cluster } : findClusterPlace(givenDataDir);
}

async function prepareDataDir(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o755 });
    return await realpath(dataDir);
  } catch (cause) {
    throw unusable(`The data directory ${dataDir} cannot be made or entered`, cause);
  }
}

async function prepareHome(home: string, runner: Runner): Promise<string> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    if (runner.asRoot) await chown(home, runner.uid, runner.gid);
    const { uid } = await lstat(home);
    if (uid !== runner.uid) throw new Error(`${home} belongs to user ${uid}, not to ${runner.uid}`);
    return join(await realpath(home), 'cluster');
  } catch (cause) {
    throw unusable(`The database directory ${home} cannot be used by user ${runner.uid}`, cause);
  }
}

const unusable = (what: string, cause: unknown) =>
  new StoreError(
    'STORE_DATA_DIRECTORY',
    `${what}. Start as the user it belongs to, set DATA_DIR to another directory, or set DATABASE_URL.`,
    { cause },
  );
