import { lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whom Postgres runs as. It refuses to be root, so root hands it to an account that owns nothing. */
export interface Runner {
  readonly uid: number;
  readonly gid: number;
  /** We are root ourselves and must hand files over. */
  readonly asRoot: boolean;
}

const NOBODY = 65_534;

/** Root runs as the owner of an existing cluster, or else as nobody; everybody else as himself. */
export async function runnerFor(cluster: string | undefined): Promise<Runner> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { uid, gid, asRoot: false };
  const owner = cluster === undefined ? undefined : await lstat(cluster).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, asRoot: true };
  return { uid: NOBODY, gid: NOBODY, asRoot: true };
}

/** Whether `runner` may pass through `directory` and everything above it; what does not exist yet is left out. */
export async function canEnter(runner: Runner, directory: string): Promise<boolean> {
  for (let place = directory; ; place = dirname(place)) {
    const found = await stat(place).catch(() => undefined);
    if (found) {
      const search = found.uid === runner.uid ? 0o100 : found.gid === runner.gid ? 0o010 : 0o001;
      if ((found.mode & search) === 0) return false;
    }
    if (dirname(place) === place) return true;
  }
}
