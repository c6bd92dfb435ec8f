import { createHash } from 'node:crypto';
import { chown, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StoreError } from '../../../ports/store-error.ts';
import type { Runner } from './runner.ts';

// The kernel's limit on the path of a Unix socket is 107 bytes (103 on macOS); `.s.PGSQL.5432.lock` stands beside it.
const LONGEST = 103 - '/.s.PGSQL.5432'.length;

/**
 * The directory of the server's socket: the cluster's parent, or when that path is too long for a socket one in the
 * temporary directory. Either way only the runner (and root) may enter, which is what keeps others out.
 */
export async function prepareSocketDirectory(cluster: string, runner: Runner): Promise<string> {
  const beside = dirname(cluster);
  if (Buffer.byteLength(beside) <= LONGEST) return beside;
  const hash = createHash('sha256').update(cluster).digest('hex').slice(0, 12);
  const short = join(tmpdir(), `touchline-${runner.uid}-${hash}`);
  const made = await mkdir(short, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
  if (made && runner.asRoot) await chown(short, runner.uid, runner.gid);
  // Somebody else may have made it first, in a directory where everybody may: then it is no place for us.
  const found = await lstat(short).catch(() => undefined);
  if (!found?.isDirectory() || found.uid !== runner.uid || (found.mode & 0o077) !== 0)
    throw new StoreError(
      'STORE_EMBEDDED_FAILED',
      `The path of the data directory is too long for a socket, and ${short} cannot be used instead. Set DATA_DIR to a shorter path.`,
    );
  return short;
}
