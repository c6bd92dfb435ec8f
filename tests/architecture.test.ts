import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Glob } from 'bun';

const src = join(import.meta.dir, '..', 'src');
const files = [...new Glob('**/*.ts').scanSync(src)].filter((file) => !file.endsWith('.test.ts')).sort();
const textOf = (file: string) => readFileSync(join(src, file), 'utf8');
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** Rooms of `src/` a file imports from, each with the file it names. */
function imports(file: string): string[] {
  const found = withoutComments(textOf(file)).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found]
    .map(([, path]) => relative(src, join(src, dirname(file), path as string)))
    .filter((target) => !target.startsWith('..'));
}

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : file);

/** Which rooms each room may look into, besides itself. Arrows point inward: DESIGN.md §4. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  matching: ['domain'],
  aggregation: ['domain'],
  ports: ['domain'],
  platform: ['domain', 'ports'],
  config: ['domain', 'ports', 'platform'],
  providers: ['domain', 'ports', 'platform'],
  stores: ['domain', 'ports', 'platform'],
  // Opportunities are judged at the moment of asking: they age faster than a view changes.
  http: ['domain', 'ports', 'platform', 'aggregation'],
  realtime: ['domain', 'ports', 'platform'],
  // Polling resolves intervals in the tree whose schema is configuration.
  polling: ['domain', 'ports', 'platform', 'config'],
  // The one place where the parts meet.
  ingest: ['domain', 'ports', 'platform', 'matching', 'aggregation'],
};

describe('rooms', () => {
  test('every room is in the table', () => {
    const rooms = new Set(files.filter((file) => file.includes('/')).map(roomOf));
    expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  test('arrows point inward', () => {
    const wrong = files
      .filter((file) => roomOf(file) in MAY_IMPORT)
      .flatMap((file) =>
        imports(file)
          .filter((target) => roomOf(target) !== roomOf(file))
          .filter((target) => !MAY_IMPORT[roomOf(file)]?.includes(roomOf(target)))
          .map((target) => `${file} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  test('only app.ts and index.ts know every room', () => {
    expect(files.filter((file) => !file.includes('/'))).toEqual(['app.ts', 'index.ts']);
  });

  test('providers know nothing of each other', () => {
    const wrong = files
      .filter((file) => /^providers\/[^/]+\//.test(file))
      .flatMap((file) =>
        imports(file)
          .filter((target) => /^providers\/[^/]+\//.test(target))
          .filter((target) => target.split('/')[1] !== file.split('/')[1])
          .map((target) => `${file} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe('time, chance and I/O are parameters', () => {
  const banned: readonly (readonly [string, RegExp, (file: string) => boolean])[] = [
    ['Date.now()', /\bDate\.now\(/, (file) => file.startsWith('platform/')],
    ['new Date()', /\bnew Date\(\s*\)/, (file) => file.startsWith('platform/')],
    ['setTimeout', /\bset(Timeout|Interval)\(/, (file) => file.startsWith('platform/')],
    ['Math.random', /\bMath\.random\(/, (file) => file.startsWith('platform/')],
    ['fetch', /(?<![.\w])fetch\(/, (file) => file.startsWith('platform/')],
    ['process.env', /\b(process|Bun)\.env\b/, (file) => file === 'index.ts'],
    ['console', /\bconsole\./, (file) => file === 'index.ts'],
    ['bare undici', /from 'undici'/, () => false],
  ];

  for (const [what, pattern, isAllowed] of banned) {
    test(`${what} stays where it belongs`, () => {
      const wrong = files.filter((file) => !isAllowed(file) && pattern.test(withoutComments(textOf(file))));
      expect(wrong).toEqual([]);
    });
  }

  test('the pure rooms do not wait', () => {
    const pure = files.filter((file) => ['domain', 'matching', 'aggregation'].includes(roomOf(file)));
    expect(
      pure.filter((file) => /\basync\b|\bawait\b|\bPromise</.test(withoutComments(textOf(file)))),
    ).toEqual([]);
  });
});
