import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { providerId } from '../domain/ids.ts';
import type { ProviderDefinition } from '../ports/provider.ts';
import { secret } from '../ports/secret.ts';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchline-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LONG_SECRET = 'k3Qn0v9s2Lx8Rb7Wd5Tz1Fh6Yj4Mg0Pc';

const acme: ProviderDefinition = {
  id: providerId('acme-odds'),
  name: 'Acme',
  sports: ['soccer'],
  offers: ['scores'],
  pace: { minInterval: 1_000, timeout: 1_000 },
  settings: Type.Object({
    key: secret({ description: 'The key.' }),
    baseUrl: Type.String({ pattern: '^https?://', default: 'https://acme.example', description: 'Where.' }),
    leagues: Type.Array(Type.String(), { default: ['epl'], description: 'Which.' }),
  }),
  decode: () => ({ statements: [], dropped: [] }),
  create: () => ({ targets: () => [], poll: () => Promise.reject(new Error('not polled here')) }),
};
const open: ProviderDefinition = { ...acme, id: providerId('open'), settings: Type.Object({}) };
const simulated: ProviderDefinition = { ...open, id: providerId('sim-one'), family: 'simulated' };

const load = (environment: Record<string, string>) =>
  loadConfig({ DATA_DIR: folder, ...environment }, [acme, open, simulated]);

function faults(environment: Record<string, string>): readonly string[] {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('with nothing configured', () => {
  test('the embedded database, no Redis and the simulated league', () => {
    const config = load({});
    expect(config.database).toEqual({ kind: 'embedded', dataDir: folder });
    expect(config.redisUrl).toBeUndefined();
    expect([...config.providers.enabled.keys()] as string[]).toEqual(['sim-one']);
    expect(Object.fromEntries(config.providers.disabled) as Record<string, string>).toEqual({
      'acme-odds': 'set ACME_ODDS_KEY',
      open: 'set PROVIDERS to a list with open in it',
    });
  });

  test('a development secret is made once, for its owner alone', () => {
    const first = load({}).http.jwtSecret;
    expect(first.length).toBeGreaterThanOrEqual(32);
    expect(load({}).http.jwtSecret).toBe(first);
    expect(statSync(join(folder, 'jwt-secret')).mode & 0o777).toBe(0o600);
  });
});

describe('providers', () => {
  test('a key switches its provider on, and the simulated league off', () => {
    const { enabled, disabled } = load({ ACME_ODDS_KEY: 'abc', ACME_ODDS_LEAGUES: 'nba, nfl' }).providers;
    expect(enabled.get(acme.id)).toEqual({
      key: 'abc',
      baseUrl: 'https://acme.example',
      leagues: ['nba', 'nfl'],
    });
    expect(disabled.has(simulated.id)).toBe(true);
  });

  test('PROVIDERS asks for them by id or family; one that lacks its key stays off and says so', () => {
    const { enabled, disabled } = load({ PROVIDERS: 'acme-odds,simulated' }).providers;
    expect([...enabled.keys()] as string[]).toEqual(['sim-one']);
    expect(disabled.get(acme.id)).toBe('set ACME_ODDS_KEY');
    expect(disabled.get(open.id)).toBe('add open to PROVIDERS');
  });
});

describe('faults', () => {
  test('are told together', () => {
    const found = faults({
      PORT: 'eighty',
      NODE_ENV: 'staging',
      ALLOWED_ORIGINS: 'https://ok.example,nonsense',
      TRUST_PROXY: 'maybe',
      PROVIDERS: 'espm',
    });
    expect(found).toHaveLength(5);
    expect(found.join('\n')).toContain('PORT must be integer, but is "eighty"');
    expect(found.join('\n')).toContain(
      'NODE_ENV must be one of development, production, test, but is "staging"',
    );
    expect(found.join('\n')).toContain(
      'PROVIDERS names "espm", which is none of acme-odds, open, sim-one, simulated',
    );
  });

  const production = { NODE_ENV: 'production' };
  const refused: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    ['no secret in production', production, /JWT_SECRET is missing/],
    ['a short one', { ...production, JWT_SECRET: 'short' }, /shorter than 32/],
    ['an example', { ...production, JWT_SECRET: 'change-me-change-me-change-me-change-me' }, /is an example/],
    ['one letter repeated', { ...production, JWT_SECRET: 'a'.repeat(40) }, /is an example/],
    [
      'any origin in production',
      { ...production, JWT_SECRET: LONG_SECRET, ALLOWED_ORIGINS: '*' },
      /may not hold \*/,
    ],
    ['a database that is none', { DATABASE_URL: 'mysql://root:hunter2@x/y' }, /DATABASE_URL .*not shown/],
    ['a port out of range', { PORT: '70000' }, /PORT must be <= 65535/],
  ];
  for (const [name, environment, complaint] of refused) {
    test(name, () => {
      const text = faults(environment).join('\n');
      expect(text).toMatch(complaint);
      expect(text).not.toContain('hunter2');
    });
  }

  test('a good secret is accepted in production', () => {
    expect(load({ ...production, JWT_SECRET: LONG_SECRET }).http.jwtSecret).toBe(LONG_SECRET);
  });
});

describe('POLLING_CONFIG', () => {
  const file = (content: string): string => {
    const path = join(folder, 'intervals.json');
    writeFileSync(path, content);
    return path;
  };

  test('is laid over the defaults phase by phase', () => {
    const path = file('{"leagues":{"nba":{"scores":{"in_play":2000}}},"default":{"scores":{"soon":20000}}}');
    const { intervals } = load({ POLLING_CONFIG: path });
    expect(intervals.leagues.nba?.scores?.in_play).toBe(2_000);
    expect(intervals.default.scores.soon).toBe(20_000);
    expect(intervals.default.scores.in_play).toBe(5_000);
  });

  test('out of bounds or unreadable is a fault', () => {
    expect(faults({ POLLING_CONFIG: file('{"default":{"scores":{"soon":10}}}') }).join()).toMatch(
      /soon.*250/,
    );
    expect(faults({ POLLING_CONFIG: file('{"defaults":{}}') }).join()).toMatch(/additional/i);
    expect(faults({ POLLING_CONFIG: join(folder, 'absent.json') }).join()).toMatch(/cannot be read/);
  });
});
