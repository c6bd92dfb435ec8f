import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectHonest } from '../../../tests/contracts/honest-statement.ts';
import { epochMs } from '../../domain/time.ts';
import { PROVIDER_ERROR_CODES } from '../../ports/provider-error.ts';
import { theOddsApi } from './index.ts';

const folder = join(import.meta.dir, '../../../../shared/payloads/the-odds-api');
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const NOW = epochMs(Date.parse('2022-11-23T01:05:40Z'));

const endpointOf = (file: string): string =>
  file.startsWith('scores_') ? 'scores' : file.startsWith('events_') ? 'events' : 'odds';

if (files.length > 0)
  describe('recorded bodies', () => {
    test.each(files.filter((file) => !/^(errors|response_headers)/.test(file)))('%s', (file) => {
      const body = read(file);
      const path = `/v4/sports/basketball_nba/${endpointOf(file)}`;
      const { statements, dropped } = theOddsApi.decode(body, { path, receivedAt: NOW });
      const whys = new Set(dropped.map(({ why }) => why));
      const elements = Array.isArray(body) ? body : [body];
      if (/^(sports|participants)_/.test(file)) {
        expect({ statements, left: dropped.length }).toEqual({ statements: [], left: elements.length });
        return;
      }
      expect(statements).toHaveLength(elements.length);
      expect([...whys].filter((why) => why !== 'lay_price' && why !== 'unmapped_market')).toEqual([]);
      const written = JSON.stringify(body);
      for (const statement of statements) {
        expectHonest(statement);
        for (const { market, line, quotes } of statement.markets ?? []) {
          if (line !== undefined) expect(written).toMatch(new RegExp(`"point":-?${Math.abs(line)}[,}]`));
          // A price that no market of the kind could have: read in the wrong format.
          if (market !== 'h2h') for (const { price } of quotes) expect(price).toBeLessThan(5);
        }
      }
    });

    test.each(Object.entries<{ status: number; body: unknown }>(read('errors.json')))(
      '%s',
      (_name, { status, body }) => {
        const code = theOddsApi.errorOf?.(status, {}, body, NOW)?.code;
        expect(PROVIDER_ERROR_CODES.some((known) => known === code)).toBe(true);
      },
    );

    test('headers', () => {
      expect(theOddsApi.quotaOf?.(read('response_headers.json'), NOW)).toEqual({
        remaining: 498,
        limit: 500,
      });
    });
  });
