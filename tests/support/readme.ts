import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const README = join(import.meta.dir, '../../README.md');

/** The shell commands of a section of the README, block by block, as they are written. */
export function readmeCommands(section: string): string[] {
  const text = readFileSync(README, 'utf8');
  const begin = text.indexOf(`\n## ${section}\n`);
  if (begin === -1) throw new Error(`the README has no section ${section}`);
  const end = text.indexOf('\n## ', begin + 1);
  const found = text.slice(begin, end === -1 ? undefined : end).matchAll(/^```sh\n([\s\S]*?)^```$/gm);
  return [...found].map(([, commands]) => commands as string);
}
