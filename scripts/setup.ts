/**
 * Brings node_modules up to bun.lock before a command runs, and does nothing when they agree already. It uses nothing
 * but Bun itself, so that it works on a bare clone. `setup.ts bench` also installs what the benchmarks compare us with.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dir, '..');

function bringUpToDate(folder: string, what: string): void {
  const stamp = join(folder, 'node_modules', '.installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'bun.lock')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error(`Installing ${what} …`);
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, 'install', '--frozen-lockfile'], {
    cwd: folder,
    stdin: 'ignore',
    env: { ...process.env, BUN_BE_BUN: '1' },
  });
  if (exitCode !== 0) {
    console.error(`${stdout}${stderr}\nInstalling ${what} failed: is the package registry within reach?`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

bringUpToDate(root, 'dependencies');
if (process.argv[2] === 'bench') bringUpToDate(join(root, 'bench', 'rivals'), 'the benchmark rivals');
