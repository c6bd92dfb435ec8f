import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectHonest } from '../../../tests/contracts/honest-statement.ts';
import { epochMs } from '../../domain/time.ts';
import { PROVIDER_ERROR_CODES } from '../../ports/provider-error.ts';
import { apiFootball } from './index.ts';
import type { Fixture } from './wire.ts';

const folder = join(import.meta.dir, '../../../../shared/payloads/api-football');
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const NOW = epochMs(Date.parse('2023-05-13T13:40:00Z'));

interface Envelope {
  readonly get: string;
  readonly response: readonly unknown[];
}

/** A file is an envelope or a list of them. */
const envelopes = (file: string): readonly Envelope[] => [read(file)].flat();

const decode = (body: Envelope) => apiFootball.decode(body, { path: `/${body.get}`, receivedAt: NOW });

interface Case {
  readonly case: string;
  readonly http_status: number;
  readonly body: unknown;
}

if (files.length > 0)
  describe('recorded bodies', () => {
    test.each(files.filter((file) => /^(football-)?fixtures-(?!events)/.test(file)))('%s', (file) => {
      for (const body of envelopes(file)) {
        const { statements, dropped } = decode(body);
        expect(dropped).toEqual([]);
        expect(statements).toHaveLength(body.response.length);
        for (const [index, statement] of statements.entries()) {
          expectHonest(statement);
          const { fixture, goals, teams } = body.response[index] as Fixture;
          expect(statement.match).toMatchObject({
            externalId: String(fixture.id),
            competitors: { home: { name: teams.home.name }, away: { name: teams.away.name } },
          });
          const played = typeof goals.home === 'number' && typeof goals.away === 'number';
          expect(statement.score?.score).toEqual(
            played ? { home: goals.home as number, away: goals.away as number } : undefined,
          );
        }
      }
    });

    test.each(files.filter((file) => file.startsWith('odds-')))('%s', (file) => {
      for (const body of envelopes(file)) {
        const { statements } = decode(body);
        expect(statements).toHaveLength(body.response.length);
        const written = JSON.stringify(body);
        for (const statement of statements) {
          expectHonest(statement);
          expect(statement.match.competitors).toBeUndefined();
          for (const { quotes } of statement.markets ?? []) {
            for (const { price } of quotes) expect(written).toMatch(new RegExp(`"odd":"${price}0?"`));
          }
        }
      }
    });

    test.each(files.filter((file) => file.startsWith('fixtures-events')))('%s', (file) => {
      for (const body of envelopes(file)) {
        const { statements, dropped } = decode(body);
        expect({ statements, dropped: dropped.length }).toEqual({
          statements: [],
          dropped: body.response.length,
        });
      }
    });

    test.each((read('error-bodies.json') as Case[]).map((each) => [each.case, each] as const))(
      '%s',
      (name, each) => {
        const code = apiFootball.errorOf?.(each.http_status, {}, each.body, NOW)?.code;
        if (name === 'nothing matched') expect(code).toBeUndefined();
        else expect(PROVIDER_ERROR_CODES.some((known) => known === code)).toBe(true);
      },
    );
  });
