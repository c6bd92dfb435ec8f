import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMetrics } from '../src/platform/metrics.ts';
import { PROVIDER_ERROR_CODES } from '../src/ports/provider-error.ts';
import { STORE_ERROR_CODES, StoreError } from '../src/ports/store-error.ts';

const page = readFileSync(join(import.meta.dir, '../docs/operations.md'), 'utf8');

describe('docs/operations.md', () => {
  test('has a line for every store error, and says rightly whether it is retried', () => {
    for (const code of STORE_ERROR_CODES) {
      const { retryable } = new StoreError(code, code);
      expect(page).toContain(`\n| \`${code}\` | ${retryable ? 'yes' : 'no'} |`);
    }
  });

  test('has every provider error', () => {
    for (const code of PROVIDER_ERROR_CODES) expect(page).toContain(`\`${code}\``);
  });

  test('has every metric, and none that is not there', () => {
    const names = createMetrics({ version: '1' })
      .registry.getMetricsAsArray()
      .map(({ name }) => name);
    const written = [...page.matchAll(/`((?:touchline|process)_[a-z_]+)/g)].map(([, name]) => name ?? '');
    expect([...new Set(written)].sort()).toEqual(names.sort());
  });
});
