import { afterEach, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { TEST_KEY } from '../../sandbox/upstream.ts';
import { testPostgres } from '../support/postgres.ts';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { shiftedClock } from '../support/shifted-clock.ts';
import { until } from '../support/until.ts';

interface MatchDocument {
  readonly matchId: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly startsAt: string;
  readonly links: readonly { readonly provider: string; readonly externalId: string }[];
  readonly markets: number;
}

interface Market {
  readonly matchId: string;
  readonly market: string;
  readonly outcomes: readonly { readonly name: string; readonly best: { readonly price: number } | null }[];
}

interface Score {
  readonly status: string;
  readonly score: { readonly home: number; readonly away: number } | null;
}

let sandbox: Sandbox | undefined;
let server: RunningApp | undefined;
let drop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await server?.stop();
  await sandbox?.stop();
  await drop?.();
  server = sandbox = drop = undefined;
});

/** A server at that instant, with ESPN and The Odds API answering from a folder; ready when both have been heard. */
async function evening(payloads: string, at: string): Promise<RunningApp> {
  sandbox = await startSandbox({ payloads });
  const postgres = await testPostgres();
  drop = postgres.drop;
  server = await runningApp(
    {
      DATABASE_URL: postgres.url,
      PROVIDERS: 'espn,the-odds-api',
      ESPN_BASE_URL: sandbox.baseUrl('espn'),
      ESPN_LEAGUES: 'nba',
      THE_ODDS_API_BASE_URL: sandbox.baseUrl('the-odds-api'),
      THE_ODDS_API_KEY: TEST_KEY,
      THE_ODDS_API_SPORTS: 'nba',
    },
    shiftedClock(at),
  );
  const { get } = server;
  await until('both providers have been heard', async () => {
    const { matches } = await get<{ matches: MatchDocument[] }>('/api/matches?limit=100');
    const heard = new Set(matches.flatMap(({ links }) => links.map(({ provider }) => provider)));
    return heard.has('espn') && heard.has('the-odds-api') && matches.some(({ markets }) => markets > 1);
  });
  return server;
}

const allMatches = async ({ get }: RunningApp) =>
  (await get<{ matches: MatchDocument[] }>('/api/matches?sport=basketball&limit=100')).matches;

const pair = ({ homeTeam, awayTeam }: MatchDocument) => `${awayTeam} at ${homeTeam}`;

function eachGameOnce(matches: readonly MatchDocument[]): void {
  for (const provider of ['espn', 'the-odds-api']) {
    const ids = matches.flatMap(({ links }) =>
      links.filter((link) => link.provider === provider).map(({ externalId }) => externalId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  }
  for (const { links } of matches) {
    expect(new Set(links.map(({ provider }) => provider)).size).toBe(links.length);
  }
}

describe('an evening of two providers', () => {
  test('of our own making becomes one set of matches with scores and markets', async () => {
    const running = await evening(join(import.meta.dir, 'evening'), '2026-01-10T01:56:00Z');
    const matches = await allMatches(running);
    eachGameOnce(matches);
    expect(matches.map(pair).sort()).toEqual([
      'Brightwater Comets at Lake Harmon Pilots',
      'Cobalt Ridge Miners at Port Ellery Gulls',
      'Cobalt Ridge Miners at Port Ellery Gulls',
      'Junction City Rails at Alder Falls Stags',
    ]);
    const live = matches.find(({ links }) => links.some(({ externalId }) => externalId === '900000101'));
    expect(live?.links).toHaveLength(2);

    const score = await running.get<Score>('/api/scores/espn:900000101');
    expect(score).toMatchObject({ status: 'live', score: { home: 71, away: 66 } });
    const { markets } = await running.get<{ markets: Market[] }>(
      '/api/markets/basketball?league=nba&limit=100',
    );
    const h2h = markets.find(({ matchId, market }) => matchId === live?.matchId && market === 'h2h');
    expect(h2h?.outcomes.map(({ name, best }) => [name, best?.price])).toEqual([
      ['home', 1.6],
      ['away', 2.45],
    ]);
  });

  const recorded = join(import.meta.dir, '../../../shared/payloads');
  if (existsSync(recorded)) {
    test('as it was recorded on 2022-11-23 becomes one set of matches with scores and markets', async () => {
      const running = await evening(recorded, '2022-11-23T01:06:00Z');
      const matches = await allMatches(running);
      eachGameOnce(matches);
      const both = matches.filter(({ links }) => links.length === 2);
      expect(both.map(pair).sort()).toEqual([
        'Brooklyn Nets at Philadelphia 76ers',
        'Detroit Pistons at Denver Nuggets',
        'Los Angeles Lakers at Phoenix Suns',
        'Sacramento Kings at Memphis Grizzlies',
      ]);
      for (const { markets } of both) expect(markets).toBeGreaterThan(1);
      // The recorded scores of The Odds API are of other games, in February.
      expect(matches.filter(({ startsAt }) => startsAt.startsWith('2022-11'))).toHaveLength(8);
      const score = await running.get<Score>('/api/scores/espn:401468411');
      expect(score).toMatchObject({ status: 'live', score: { home: 33, away: 26 } });
      expect(await running.get<Score>('/api/scores/espn:401468412')).toMatchObject({
        status: 'scheduled',
        score: null,
      });
    });
  }
});
