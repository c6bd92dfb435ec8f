/**
 * Builds the server into `dist/index.js`, and the command for tokens into `dist/token.js`. One file starts quicker and
 * runs in 20 MB less than some hundred modules loaded one by one. It is neither minified nor given a source map: both
 * make a stack trace, or the process, worse.
 */
import { renameSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dir, '..');

for (const entry of ['src/index.ts', 'scripts/token.ts']) {
  const built = await Bun.build({ entrypoints: [join(root, entry)], target: 'bun' });
  for (const message of built.logs) console.error(message);
  const [file] = built.outputs;
  if (!built.success || !file) process.exit(1);

  // Renamed into place: a server that starts meanwhile reads the old file or the new one, never a part.
  const name = basename(entry, '.ts');
  const unfinished = join(root, 'dist', `${name}.${process.pid}.tmp`);
  await Bun.write(unfinished, file);
  renameSync(unfinished, join(root, 'dist', `${name}.js`));
}
