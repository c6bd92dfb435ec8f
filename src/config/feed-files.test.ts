import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load.ts';

const root = mkdtempSync(join(tmpdir(), 'touchline-feeds-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;

function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

const LONG = 'k3Qn0v9s2Lx8Rb7Wd5Tz1Fh6Yj4Mg0Pc';
const feed = {
  id: 'acme',
  name: 'Acme',
  signature: { scheme: 'hmac-hex', secretEnv: ['ACME_SECRET'] },
  preset: 'match-events',
};

function load(files: Readonly<Record<string, unknown>>, environment: Record<string, string> = {}) {
  return loadConfig({ DATA_DIR: root, FEEDS_DIR: folderOf(files), ACME_SECRET: LONG, ...environment }, [])
    .feeds.documents;
}

function faultsOf(
  files: Readonly<Record<string, unknown>>,
  environment: Record<string, string> = {},
): string {
  try {
    load(files, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.join('\n');
    throw error;
  }
  return '';
}

test('no feed without a setting', () => {
  expect(loadConfig({ DATA_DIR: root }, []).feeds).toEqual({ documents: [], staleMinutes: 5 });
});

test('the built-in feeds come with their secrets, two of them while one replaces the other', () => {
  const config = loadConfig({ DATA_DIR: root, MATCH_EVENTS_SECRET: 'new one, old one' }, []);
  expect(config.feeds.documents).toMatchObject([
    { declaration: { id: 'match-events', preset: 'match-events' }, secrets: ['new one', 'old one'] },
  ]);
  expect(config.secrets).toContain('old one');
});

test('declared feeds with their secrets, in the order of their files', () => {
  const path = {
    ...feed,
    id: 'opta',
    signature: { scheme: 'opta' },
    preset: 'opta',
    pathSecretEnv: 'OPTA_PATH',
  };
  const files = { 'b.json': feed, 'a.json': path, 'notes.txt': 'no feed', '.c.json': 'none either' };
  expect(load(files, { OPTA_PATH: 'AbC-123' })).toMatchObject([
    { place: 'FEEDS_DIR a.json', pathSecret: 'AbC-123', secrets: [] },
    { place: 'FEEDS_DIR b.json', secrets: [LONG] },
  ]);
});

test('every secret is known for masking', () => {
  const inline = { ...feed, id: 'inline', signature: { scheme: 'stripe', secrets: ['inline one'] } };
  const path = { ...feed, id: 'path', pathSecretEnv: 'ACME_PATH' };
  const { secrets } = loadConfig(
    {
      DATA_DIR: root,
      ACME_SECRET: LONG,
      ACME_PATH: 'in-the-path',
      FEEDS_DIR: folderOf({ 'a.json': inline, 'b.json': path }),
    },
    [],
  );
  expect(secrets).toEqual(expect.arrayContaining(['inline one', LONG, 'in-the-path']));
});

describe('faults name file and place', () => {
  const production = { NODE_ENV: 'production', JWT_SECRET: LONG };
  const table: readonly (readonly [
    name: string,
    file: unknown,
    fault: string,
    environment?: Record<string, string>,
  ])[] = [
    ['not JSON', '{"id": "acme", "signature": {"secrets": ["hush', 'FEEDS_DIR a.json is not JSON'],
    ['an unknown field', { ...feed, maping: {} }, 'FEEDS_DIR a.json '],
    ['no id', { ...feed, id: undefined }, 'FEEDS_DIR a.json '],
    ['an id that is no source', { ...feed, id: 'Acme Live' }, 'FEEDS_DIR a.json /id: '],
    [
      'an unknown scheme',
      { ...feed, signature: { scheme: 'rot13' } },
      'FEEDS_DIR a.json /signature/scheme: ',
    ],
    [
      'a secret that is not set',
      feed,
      '/signature/secretEnv/0: ACME_SECRET is not set',
      { ACME_SECRET: ' ' },
    ],
    ['no secret', { ...feed, signature: { scheme: 'github' } }, '/signature: github needs secretEnv'],
    [
      'a secret where there is none',
      { ...feed, allow: ['::1'], signature: { scheme: 'none', secretEnv: ['ACME_SECRET'] } },
      '/signature: none has no secret',
    ],
    [
      'nothing that proves the sender',
      { ...feed, signature: { scheme: 'opta' } },
      'allow or pathSecretEnv is needed',
    ],
    [
      'both mappings',
      { ...feed, mapping: { events: [{ eventType: 'x', data: {} }] } },
      '/mapping: needs either',
    ],
    ['no mapping', { ...feed, preset: undefined }, '/mapping: needs either'],
    [
      'a header that is fixed',
      { ...feed, signature: { scheme: 'svix', header: 'X', secretEnv: ['ACME_SECRET'] } },
      '/signature/header: is fixed',
    ],
    [
      'no header of the time',
      { ...feed, signature: { scheme: 'timestamped-hex', secretEnv: ['ACME_SECRET'] } },
      '/signature/timestampHeader: is needed',
    ],
    [
      'a path that no URL takes',
      { ...feed, pathSecretEnv: 'P' },
      '/pathSecretEnv: its value may hold',
      { P: 'a/b' },
    ],
    [
      'a secret in the file, in production',
      { ...feed, signature: { scheme: 'hmac-hex', secrets: [LONG] } },
      '/signature/secrets: may not stand in the file in production',
      production,
    ],
    [
      'a short secret, in production',
      feed,
      'a secret shorter than 16',
      { ...production, ACME_SECRET: 'hushhush' },
    ],
  ];
  for (const [name, file, fault, environment] of table) {
    test(name, () => {
      const faults = faultsOf({ 'a.json': file }, environment);
      expect(faults).toContain(fault);
      expect(faults).not.toContain(LONG);
      expect(faults).not.toContain('hush');
    });
  }

  test('all of them are told together', () => {
    const faults = faultsOf({ 'a.json': '{', 'b.json': { ...feed, id: '?' } }, { PORT: 'x' });
    for (const place of ['PORT', 'FEEDS_DIR a.json', 'FEEDS_DIR b.json /id']) expect(faults).toContain(place);
  });

  test('a folder that is not there', () => {
    expect(() => loadConfig({ DATA_DIR: root, FEEDS_DIR: join(root, 'none') }, [])).toThrow('cannot be read');
  });
});
