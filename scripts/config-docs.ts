/** Writes `.env.example` and the table of variables in the README from the configuration's schema. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentExample, variablesTable } from '../src/config/describe.ts';
import { registry } from '../src/providers/registry.ts';

const root = join(import.meta.dir, '..');
const readme = join(root, 'README.md');

writeFileSync(join(root, '.env.example'), environmentExample(registry));
writeFileSync(
  readme,
  readFileSync(readme, 'utf8').replace(
    /(<!-- variables -->\n)[\s\S]*?(<!-- \/variables -->)/,
    (_all, begin: string, end: string) => `${begin}${variablesTable(registry)}\n${end}`,
  ),
);
