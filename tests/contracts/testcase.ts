import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EpochMs, epochMs, iso } from '../../src/domain/time.ts';

/**
 * A folder of a provider's `testcases/`.
 * - `request.json`: `{path, status?, headers?, receivedAt?}`: what was asked, and the answer's status and headers
 * - `response.json`: the body
 * - `expected.json`: `{statements, dropped}`, or `{error: code, retryAt?}` for an answer that is an error. Instants
 *   (`startsAt`, `statedAt`, `retryAt`) are written in RFC 3339.
 */
export interface Testcase {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAt: EpochMs;
  readonly body: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
}

const RECEIVED_AT = '2026-01-03T15:00:00.000Z';

export function readTestcases(folder: string): Testcase[] {
  const names = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  return names
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const read = (file: string) => JSON.parse(readFileSync(join(folder, name, file), 'utf8'));
      const request = read('request.json');
      return {
        name,
        path: request.path,
        status: request.status ?? 200,
        headers: request.headers ?? {},
        receivedAt: epochMs(Date.parse(request.receivedAt ?? RECEIVED_AT)),
        body: read('response.json'),
        expected: read('expected.json'),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

const INSTANTS = new Set(['startsAt', 'statedAt', 'retryAt']);

/** A value as it is written in `expected.json`. */
export const written = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner) =>
      INSTANTS.has(key) && typeof inner === 'number' ? iso(epochMs(inner)) : inner,
    ),
  );
