import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { expectHonest } from '../../../tests/contracts/honest-statement.ts';
import { providerContract } from '../../../tests/contracts/provider-contract.ts';
import { httpBench, json } from '../../../tests/support/http-bench.ts';
import { httpHost } from '../../../tests/support/provider-host.ts';
import type { Statement } from '../../domain/observation.ts';
import { decimalToAmerican } from '../../domain/odds.ts';
import { epochMs } from '../../domain/time.ts';
import { espn } from './index.ts';
import { ESPN_LEAGUES } from './leagues.ts';
import type { Competitor, Event } from './wire.ts';

providerContract(espn, join(import.meta.dir, 'testcases'));

const everyLeague = ESPN_LEAGUES.map(({ league }) => league).join(', ');

test('every league is a target, by our id', async () => {
  const { client, clock, close } = await httpBench(json({}));
  const provider = espn.create(
    { baseUrl: 'https://example.test', leagues: everyLeague },
    httpHost(client, clock),
  );
  expect(provider.targets().map(({ league }) => league)).toEqual(ESPN_LEAGUES.map(({ league }) => league));
  await close();
});

test.each([
  ['nba', true],
  [' nba , nfl ', true],
  ['', false],
  ['nba,', false],
  ['xfl', false],
  ['nba;nfl', false],
])('leagues %j are accepted: %p', (leagues, accepted) => {
  expect(Value.Check(espn.settings, { baseUrl: 'https://example.test', leagues })).toBe(accepted);
});

test.each([
  ['epl', '/apis/site/v2/sports/soccer/eng.1/scoreboard'],
  ['ncaab', '/apis/site/v2/sports/basketball/mens-college-basketball/scoreboard?groups=50&limit=400'],
])('%s is asked for with one request', async (league, path) => {
  const { client, clock, upstream, close } = await httpBench(
    json({ events: [] }, { 'cache-control': 'max-age=7' }),
  );
  const provider = espn.create({ baseUrl: upstream.url, leagues: league }, httpHost(client, clock));
  const [target] = provider.targets();
  const answer = await provider.poll(target!, new AbortController().signal);
  expect(answer).toEqual({
    statements: [],
    dropped: [],
    requestedAt: clock.now(),
    receivedAt: clock.now(),
    notModified: false,
    freshFor: 7_000,
  });
  expect(upstream.requests.map(({ url }) => url)).toEqual([path]);
  await close();
});

const recorded = join(import.meta.dir, '../../../../shared/payloads/espn');

if (existsSync(recorded)) {
  describe('recorded bodies', () => {
    const read = (file: string) => JSON.parse(readFileSync(join(recorded, file), 'utf8'));
    const scoreboards = readdirSync(recorded).filter((file) => /^scoreboard.*\.json$/.test(file));
    const path = '/apis/site/v2/sports/soccer/all/scoreboard';
    const decode = (body: unknown) => espn.decode(body, { path, receivedAt: epochMs(0) });

    test.each(scoreboards)('%s is read whole, and nothing is made up', (file) => {
      const body = read(file) as { events: Event[] };
      const { statements, dropped } = decode(body);
      const left = dropped.filter(({ where }) => /^events\[\d+\]$/.test(where));
      expect(statements.length + left.length).toBe(body.events.length);
      expect(statements.length).toBeGreaterThan(0);
      for (const { why } of left) expect(why).toBe('unsupported_sport');
      for (const statement of statements) {
        expectHonest(statement);
        expectOnTheWire(statement, body.events.find(({ id }) => id === statement.match.externalId)!);
      }
    });

    test('an odds block of 2025 gives all three markets', () => {
      const { odds } = read('odds_block_2025-12_draftkings.json');
      const event = read('scoreboard_nba_2022-11-23.json').events.find(
        ({ status }: Event) => status?.type.state === 'pre',
      );
      event.competitions[0].odds = [odds];
      const [statement] = decode({ events: [event] }).statements;
      expect(statement?.markets?.map(({ market, line }) => [market, line])).toEqual([
        ['h2h', undefined],
        ['spreads', Number(odds.pointSpread.home.close.line)],
        ['totals', odds.overUnder],
      ]);
      expectHonest(statement!);
      expectOnTheWire(statement!, event);
    });
  });
}

/** Every name, score, price and line of the statement stands in the event. */
function expectOnTheWire({ match, score, markets }: Statement, event: Event): void {
  const text = JSON.stringify(event);
  const competition = event.competitions[0]!;
  for (const side of ['home', 'away'] as const) {
    const wire = competition.competitors.find(({ homeAway }) => homeAway === side) as Competitor;
    expect(match.competitors?.[side].name).toBe(wire.team?.displayName ?? '');
    if (score?.score) expect(score.score[side]).toBe(Number(wire.score));
    if (score?.shootout) expect(score.shootout[side]).toBe(wire.shootoutScore!);
  }
  const state = event.status?.type.state;
  expect(score?.score === undefined).toBe(state === 'pre');
  expect(score?.status === 'finished').toBe(event.status?.type.completed === true);
  expect(match.startsAt).toBe(epochMs(Date.parse(event.date)));
  for (const { line, quotes } of markets ?? []) {
    if (line !== undefined) expect(text).toContain(String(Math.abs(line)));
    for (const { price } of quotes) {
      expect(text).toMatch(new RegExp(`[:"+]${Math.round(decimalToAmerican(price))}\\b`));
    }
  }
}
