import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentExample, variablesTable } from '../src/config/describe.ts';
import { registry } from '../src/providers/registry.ts';

const root = join(import.meta.dir, '..');

test('.env.example lists every setting with its default (bun run config:docs writes it)', () => {
  expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(environmentExample(registry));
});

test("the README's table lists every setting (bun run config:docs writes it)", () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(variablesTable(registry));
});
