import { describe, expect, test } from 'bun:test';
import type { DatabaseAddress } from '../../ports/database-target.ts';
import { openPool } from './connect.ts';

// A pool connects when it is first asked, so these never do.
const optionsOf = (address: DatabaseAddress) => openPool(address).options;
const url = (text: string) => optionsOf({ kind: 'url', url: text });

describe('a pool', () => {
  test('takes an address by parts', () => {
    const parts = {
      kind: 'parts',
      host: 'db.example',
      port: 6543,
      database: 'd',
      user: 'u',
      password: 'p',
    } as const;
    expect(optionsOf(parts)).toMatchObject({
      host: ['db.example'],
      port: [6543],
      database: 'd',
      user: 'u',
      pass: 'p',
    });
  });

  test('takes a directory for the place of a Unix socket', () => {
    const parts = { kind: 'parts', host: '/run/pg', port: 5432, database: 'd', user: 'u' } as const;
    expect(optionsOf(parts).path).toBe('/run/pg/.s.PGSQL.5432');
    expect(url('postgres://u@localhost:5433/d?host=%2Frun%2Fpg').path).toBe('/run/pg/.s.PGSQL.5433');
  });

  test('takes a URL with escapes, several hosts and TLS', () => {
    expect(url('postgres://u%40x:p%2F%3F@db.example/d?sslmode=require')).toMatchObject({
      user: 'u@x',
      pass: 'p/?',
      database: 'd',
      ssl: 'require',
    });
    expect(url('postgres://u:p@one:1,two:2/d')).toMatchObject({ host: ['one', 'two'], port: [1, 2] });
  });

  test('does not pass on to the server what only libpq understands', () => {
    const { connection } = url(
      'postgres://u:p@db.example/d?channel_binding=require&gssencmode=disable&search_path=mine',
    );
    expect(connection).toEqual({ application_name: 'touchline', search_path: 'mine' });
  });

  for (const bad of [
    'postgres://u:hunter2@%zz/d',
    'postgres://u:hunter2@[::1/d',
    'postgres://u:hunter2@x:port/d',
  ])
    test(`refuses ${bad.replace('hunter2', '…')} without repeating the password`, () => {
      let error: unknown;
      try {
        openPool({ kind: 'url', url: bad });
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toMatchObject({ code: 'STORE_ACCESS_REFUSED' });
      expect(Bun.inspect(error)).not.toContain('hunter2');
    });
});
