import { afterEach, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TEST_SESSION } from '../../sandbox/betfair.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start-sandbox.ts';
import { TEST_KEY, type UpstreamId } from '../../sandbox/upstream.ts';
import { World } from '../../sandbox/world.ts';
import type { MarketType } from '../../src/domain/market.ts';
import type { Statement } from '../../src/domain/observation.ts';
import { type EpochMs, epochMs, minutes, seconds } from '../../src/domain/time.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { PollAnswer, ProviderDefinition } from '../../src/ports/provider.ts';
import { apiFootball } from '../../src/providers/api-football/index.ts';
import { betfair } from '../../src/providers/betfair/index.ts';
import { buildProviders, type Providers } from '../../src/providers/build-providers.ts';
import { espn } from '../../src/providers/espn/index.ts';
import { books } from '../../src/providers/simulated/bookmaker.ts';
import { spelled } from '../../src/providers/simulated/clubs.ts';
import { theOddsApi } from '../../src/providers/the-odds-api/index.ts';

const START = epochMs(Date.parse('2026-01-03T15:00:00.000Z'));
const RECORDED = join(import.meta.dir, '../../../shared/payloads');

const ALL: MarketType[] = ['h2h', 'spreads', 'totals'];

const running: (Sandbox | Providers)[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await ('stop' in each ? each.stop() : each.close());
});

const SETTINGS: Readonly<Record<UpstreamId, Readonly<Record<string, unknown>>>> = {
  espn: { leagues: 'nfl,nba,nhl,epl,laliga' },
  'the-odds-api': {
    key: TEST_KEY,
    sports: 'nfl,nba,nhl,epl,laliga,tennis_atp_harbour_open',
    regions: 'us',
    markets: 'h2h,spreads,totals',
  },
  'api-football': { key: TEST_KEY, schedule: true, oddsLive: true, oddsPrematch: true, maxPages: 40 },
  betfair: {
    appKey: TEST_KEY,
    session: TEST_SESSION,
    sports: 'soccer',
    hoursAhead: 24,
    totals: false,
    maxMarkets: 200,
    identityUrl: 'http://127.0.0.1:1',
  },
};

const DEFINITIONS: Readonly<Record<UpstreamId, ProviderDefinition>> = {
  espn,
  'the-odds-api': theOddsApi,
  'api-football': apiFootball,
  betfair,
};

/** The sandbox and the real adapters on real connections; time stands still for both, except for time-outs. */
async function open(options: SandboxOptions = {}, settings: Readonly<Record<string, unknown>> = {}) {
  let at: EpochMs = START;
  const now = () => at;
  const sandbox = await startSandbox({ now, ...options });
  const clock: Clock = { ...systemClock, now };
  running.push(sandbox);
  const poll = async (id: UpstreamId, wanted?: string): Promise<PollAnswer[]> => {
    const [provider] = provided(id).running;
    if (!provider) throw new Error('no provider');
    const targets = provider.targets().filter((target) => wanted === undefined || target.id === wanted);
    const answers: PollAnswer[] = [];
    for (const target of targets) answers.push(await provider.poll(target, new AbortController().signal));
    return answers;
  };
  const built = new Map<UpstreamId, Providers>();
  const provided = (id: UpstreamId): Providers => {
    const known = built.get(id);
    if (known) return known;
    const definition = DEFINITIONS[id];
    const quick = { ...definition, pace: { ...definition.pace, timeout: 1_000 } };
    const enabled = new Map([
      [definition.id, { ...SETTINGS[id], ...settings, baseUrl: sandbox.baseUrl(id) } as unknown],
    ]);
    const providers = buildProviders({
      definitions: [quick],
      enabled,
      disabled: new Map(),
      clock,
      userAgent: 'touchline/test',
    });
    running.push(providers);
    built.set(id, providers);
    return providers;
  };
  const move = (span: number) => {
    at = epochMs(at + span);
  };
  return { sandbox, poll, move, now };
}

const statements = (answers: readonly PollAnswer[]): readonly Statement[] =>
  answers.flatMap((answer) => answer.statements);

describe('the simulated league in the providers’ shapes, read by their adapters', () => {
  const world = (now: () => EpochMs) => new World({ seed: 1, speed: 10, matches: 12, now });

  test('espn: every match, its status and its score', async () => {
    const { poll, move, now } = await open();
    for (let step = 0; step < 10; step++) {
      move(seconds(83));
      const said = await poll('espn');
      expect(said.flatMap(({ dropped }) => dropped)).toEqual([]);
      const byId = new Map(statements(said).map((one) => [one.match.externalId, one]));
      const leagues = ['nfl', 'nba', 'nhl', 'epl', 'laliga'];
      const seen = leagues.flatMap((league) => world(now).sightings('espn', league));
      expect(byId.size).toBe(seen.length);
      for (const { fixture, status, score } of seen) {
        const one = byId.get(String(fixture.salt));
        expect(one?.match).toMatchObject({ sport: fixture.sport, league: fixture.league });
        expect(one?.match.competitors?.home.name).toBe(spelled(fixture.home, 'full').name);
        expect(one?.match.competitors?.away.abbreviation).toBe(fixture.away.abbreviation);
        expect(one?.match.startsAt).toBe(fixture.startsAt);
        expect(one?.score?.status).toBe(status);
        expect(one?.score?.score ?? null).toEqual(score ? { home: score.home, away: score.away } : null);
        if (status === 'scheduled') expect(one?.markets?.map(({ market }) => market).sort()).toEqual(ALL);
      }
    }
  });

  test('the-odds-api: scores and markets under the same ids', async () => {
    const { poll, move, now } = await open();
    for (let step = 0; step < 10; step++) {
      move(seconds(83));
      const said = await poll('the-odds-api');
      expect(said.flatMap(({ dropped }) => dropped)).toEqual([]);
      const scored = statements(said).filter(({ score }) => score !== undefined);
      const priced = statements(said).filter(({ markets }) => (markets ?? []).length > 0);
      const ids = new Set(scored.map(({ match }) => match.externalId));
      expect(priced.length).toBeGreaterThan(10);
      for (const { match } of priced) expect(ids.has(match.externalId)).toBe(true);
      const seen = world(now)
        .sightings('the-odds-api', 'nba')
        .filter(({ score }) => score !== undefined);
      for (const { fixture, score, status } of seen.filter((one) => one.status !== 'finished')) {
        const one = scored.find(
          ({ match }) => match.competitors?.home.name === spelled(fixture.home, 'official').name,
        );
        expect(one?.score).toEqual({
          status: status === 'paused' ? 'live' : status,
          score: { home: score?.home ?? -1, away: score?.away ?? -1 },
        });
      }
    }
  });

  test('api-football: fixtures and both kinds of odds under the same ids', async () => {
    const { poll, move, now } = await open();
    for (let step = 0; step < 10; step++) {
      move(seconds(83));
      const said = await poll('api-football');
      expect(said.flatMap(({ dropped }) => dropped)).toEqual([]);
      const [live = [], today = [], liveOdds = [], odds = []] = said.map((answer) => answer.statements);
      const ids = new Set([...live, ...today].map(({ match }) => match.externalId));
      for (const { match } of [...liveOdds, ...odds]) expect(ids.has(match.externalId)).toBe(true);
      expect(odds.length).toBeGreaterThan(0);
      for (const { markets } of odds) {
        expect(new Set(markets?.map(({ market }) => market))).toEqual(new Set(ALL));
      }
      const seen = ['epl', 'laliga'].flatMap((league) => world(now).sightings('api-football', league));
      for (const { fixture, status, score } of seen) {
        const one = today.find(({ match }) => match.externalId === String(fixture.salt));
        expect(one?.score?.status).toBe(status);
        expect(one?.score?.score ?? null).toEqual(score ? { home: score.home, away: score.away } : null);
      }
    }
  });
});

describe('the simulated league on an exchange', () => {
  test('betfair: who plays, and the best prices to back at', async () => {
    const { poll, move, now } = await open();
    move(seconds(300));
    const [listed] = await poll('betfair', 'catalogue:soccer');
    const [priced] = await poll('betfair', 'prices:soccer');
    expect([...(listed?.dropped ?? []), ...(priced?.dropped ?? [])]).toEqual([]);
    const world = new World({ seed: 1, speed: 10, matches: 12, now });
    const offered = ['epl', 'laliga']
      .flatMap((league) => world.sightings('betfair', league))
      .filter((seen) => books(seen, ['fairstake']).length > 0);
    expect(offered.length).toBeGreaterThan(1);
    for (const seen of offered) {
      const { fixture } = seen;
      const of = (said: PollAnswer | undefined) =>
        said?.statements.find(({ match }) => match.externalId === String(fixture.salt));
      expect(of(listed)?.match).toMatchObject({ league: fixture.league, startsAt: fixture.startsAt });
      const [book] = books(seen, ['fairstake']);
      const prices = new Map(book?.markets[0]?.prices.map(({ outcome, price }) => [outcome, price]));
      const [claim] = of(priced)?.markets ?? [];
      expect(claim).toMatchObject({ bookmaker: 'betfair_ex', market: 'h2h', suspended: book?.suspended });
      expect(new Map(claim?.quotes.map(({ outcome, price }) => [outcome, price]))).toEqual(prices);
    }
  });
});

describe('what each provider sends besides', () => {
  test('espn confirms an unchanged body with a 304', async () => {
    const { sandbox, poll, move } = await open();
    const [first] = await poll('espn', 'scores:epl');
    const [second] = await poll('espn', 'scores:epl');
    move(minutes(5));
    const [third] = await poll('espn', 'scores:epl');
    expect([first, second, third].map((answer) => answer?.notModified)).toEqual([false, true, false]);
    expect(second?.statements).toEqual(first?.statements ?? []);
    expect(sandbox.requests.last().map(({ status }) => status)).toEqual([200, 304, 200]);
  });

  test.each([
    { id: 'the-odds-api', settings: { key: 'wrong' }, options: {}, code: 'PROVIDER_KEY_REFUSED' },
    { id: 'api-football', settings: { key: 'wrong' }, options: {}, code: 'PROVIDER_KEY_REFUSED' },
    { id: 'the-odds-api', settings: {}, options: { credits: 2 }, code: 'PROVIDER_QUOTA_EXHAUSTED' },
    {
      id: 'api-football',
      settings: {},
      options: { football: { perDay: 1, perMinute: 10 } },
      code: 'PROVIDER_QUOTA_EXHAUSTED',
    },
    {
      id: 'api-football',
      settings: {},
      options: { football: { perDay: 100, perMinute: 1 } },
      code: 'PROVIDER_RATE_LIMITED',
    },
  ] as const)('$id answers $code under its limits', async ({ id, settings, options, code }) => {
    const { poll } = await open(options, settings);
    await expect(poll(id).then(() => poll(id))).rejects.toMatchObject({ code });
  });

  test('a request is counted by route and kept without its key', async () => {
    const { sandbox, poll } = await open();
    await poll('the-odds-api');
    await poll('the-odds-api', 'markets:nba');
    expect(sandbox.requests.count('the-odds-api', '/basketball_nba/odds')).toBe(2);
    expect(sandbox.requests.count('the-odds-api')).toBe(13);
    expect(sandbox.requests.count('espn')).toBe(0);
    const shown = await (await fetch(`${sandbox.url}/sandbox/requests`)).text();
    expect(shown).toContain('/v4/sports/basketball_nba/odds');
    expect(shown).not.toContain(TEST_KEY);
  });
});

describe('faults', () => {
  const TARGET: Readonly<Record<UpstreamId, string>> = {
    espn: 'scores:epl',
    'the-odds-api': 'markets:epl',
    'api-football': 'scores:live',
    betfair: 'catalogue:soccer',
  };
  const IDS: readonly UpstreamId[] = ['espn', 'the-odds-api', 'api-football', 'betfair'];

  const everywhere = (fault: string, code: string) => IDS.map((id) => ({ id, fault, code }));
  test.each([
    ...everywhere('hang', 'PROVIDER_TIMEOUT'),
    ...everywhere('cut', 'PROVIDER_UNREACHABLE'),
    ...everywhere('garbage', 'PROVIDER_BAD_PAYLOAD'),
    ...everywhere('half', 'PROVIDER_BAD_PAYLOAD'),
    ...everywhere('deep', 'PROVIDER_BAD_PAYLOAD'),
    ...everywhere('huge', 'PROVIDER_BODY_TOO_LARGE'),
    ...everywhere('429', 'PROVIDER_RATE_LIMITED'),
    ...everywhere('500', 'PROVIDER_UPSTREAM_ERROR'),
    { id: 'espn', fault: 'key-refused', code: 'PROVIDER_RATE_LIMITED' },
    { id: 'espn', fault: 'quota', code: 'PROVIDER_RATE_LIMITED' },
    { id: 'the-odds-api', fault: 'key-refused', code: 'PROVIDER_KEY_REFUSED' },
    { id: 'the-odds-api', fault: 'quota', code: 'PROVIDER_QUOTA_EXHAUSTED' },
    { id: 'api-football', fault: 'key-refused', code: 'PROVIDER_KEY_REFUSED' },
    { id: 'api-football', fault: 'quota', code: 'PROVIDER_QUOTA_EXHAUSTED' },
    { id: 'betfair', fault: 'key-refused', code: 'PROVIDER_KEY_REFUSED' },
    { id: 'betfair', fault: 'quota', code: 'PROVIDER_RATE_LIMITED' },
  ] as { id: UpstreamId; fault: never; code: string }[])('$id: $fault is $code, once', async (given) => {
    const { sandbox, poll } = await open();
    const { id, fault, code } = given;
    sandbox.setFault({ provider: id, fault });
    await expect(poll(id, TARGET[id])).rejects.toMatchObject({ code });
    expect(statements(await poll(id, TARGET[id])).length).toBeGreaterThan(0);
  });

  test.each(IDS.map((id) => ({ id })))(
    '$id: one element of wrong types is left out alone',
    async ({ id }) => {
      const { sandbox, poll } = await open();
      const [good] = await poll(id, TARGET[id]);
      sandbox.setFault({ provider: id, fault: 'wrong-type' });
      const [bad] = await poll(id, TARGET[id]);
      expect(bad?.statements).toEqual(good?.statements.slice(1) ?? []);
      expect(bad?.dropped.map(({ why }) => why)).toEqual(['wrong_type']);
    },
  );

  test.each(IDS.map((id) => ({ id })))('$id: an empty list, and a slow answer', async ({ id }) => {
    const { sandbox, poll } = await open();
    sandbox.setFault({ provider: id, fault: 'empty' });
    sandbox.setFault({ provider: id, fault: 'slow', ms: 40 });
    expect(statements(await poll(id, TARGET[id]))).toEqual([]);
    expect(statements(await poll(id, TARGET[id])).length).toBeGreaterThan(0);
    expect(sandbox.requests.last().map(({ fault }) => fault)).toEqual(['empty', 'slow']);
  });

  test('last as long as they are ordered for, and hit the path they are ordered for', async () => {
    const { sandbox, poll } = await open();
    sandbox.setFault({ provider: 'espn', fault: '500', path: '/basketball/', times: 2 });
    sandbox.setFault({ provider: 'the-odds-api', fault: '500', untilCleared: true });
    const failing = expect.objectContaining({ code: 'PROVIDER_UPSTREAM_ERROR' });
    await poll('espn', 'scores:epl');
    for (let n = 0; n < 2; n++) await expect(poll('espn', 'scores:nba')).rejects.toEqual(failing);
    await poll('espn', 'scores:nba');
    for (let n = 0; n < 3; n++) await expect(poll('the-odds-api', 'scores:epl')).rejects.toEqual(failing);
    sandbox.clearFaults('the-odds-api');
    await poll('the-odds-api', 'scores:epl');
  });

  test('a 429 says when to come again', async () => {
    const { sandbox, poll } = await open();
    sandbox.setFault({ provider: 'espn', fault: '429', retryAfter: '7' });
    await expect(poll('espn', 'scores:epl')).rejects.toMatchObject({ retryAt: START + seconds(7) });
  });

  test('can be asked for by header, by query and at the control endpoint', async () => {
    const { sandbox } = await open();
    const url = `${sandbox.baseUrl('espn')}/apis/site/v2/sports/soccer/eng.1/scoreboard`;
    const status = async (address: string, headers: Record<string, string> = {}) => {
      const response = await fetch(address, { headers });
      await response.arrayBuffer();
      return response.status;
    };
    expect(await status(url, { 'x-sandbox-fault': '429;retryAfter=none' })).toBe(429);
    expect(await status(`${url}?x-sandbox-fault=500`)).toBe(500);
    const order = (body: string) => fetch(`${sandbox.url}/sandbox/faults`, { method: 'POST', body });
    expect((await order('{"provider":"espn","fault":"500","times":1}')).status).toBe(204);
    expect([await status(url), await status(url)]).toEqual([500, 200]);
    for (const bad of ['', '[]', '{"provider":"espn"}', '{"provider":"espn","fault":"500","time":1}']) {
      expect((await order(bad)).status).toBe(400);
    }
    expect(await status(url, { 'x-sandbox-fault': 'fire' })).toBe(400);
  });

  test('unasked ones come now and then when they are switched on', async () => {
    const { sandbox, poll } = await open({ faults: true, seed: 3 });
    for (let n = 0; n < 60; n++) await poll('the-odds-api', 'scores:epl').catch(() => undefined);
    const hit = sandbox.requests.last().filter(({ fault }) => fault !== undefined).length;
    expect(hit).toBeGreaterThan(0);
    expect(hit).toBeLessThan(30);
  });
});

if (existsSync(RECORDED)) {
  describe('recorded bodies, read by the adapters', () => {
    test('every file that is served decodes', async () => {
      const { sandbox, poll } = await open({ payloads: RECORDED }, { leagues: 'nfl,nba,mlb,mls' });
      expect(sandbox.recordings?.index.length).toBeGreaterThanOrEqual(12);
      const scoreboards = await poll('espn');
      expect(scoreboards.map((answer) => answer.statements.length > 0)).toEqual([true, true, true, true]);
    });

    test('the NBA evening of 2022-11-23: the same games from two providers', async () => {
      const { poll } = await open({ payloads: RECORDED });
      const [scores] = await poll('espn', 'scores:nba');
      const [markets] = await poll('the-odds-api', 'markets:nba');
      const pair = ({ match }: Statement) =>
        `${match.competitors?.away.name} at ${match.competitors?.home.name}`;
      const priced = new Set(markets?.statements.map(pair));
      expect(scores?.statements.length).toBe(4);
      expect(scores?.statements.filter((one) => priced.has(pair(one))).length).toBe(4);
    });

    test('api-football: what is live, a day, odds of both kinds', async () => {
      const { sandbox, poll } = await open({ payloads: RECORDED });
      const [live] = await poll('api-football', 'scores:live');
      expect(live?.statements.length).toBe(35);
      const [odds] = await poll('api-football', 'markets:live');
      expect(odds?.statements.length).toBe(1);
      const asked = async (path: string) => {
        const url = `${sandbox.baseUrl('api-football')}${path}`;
        const response = await fetch(url, { headers: { 'x-apisports-key': TEST_KEY } });
        return (await response.json()) as { results: number; paging: { total: number }; errors: unknown };
      };
      expect(await asked('/fixtures?date=2022-08-30')).toMatchObject({ errors: [] });
      expect((await asked('/fixtures?date=2022-08-30')).results).toBeGreaterThan(0);
      expect((await asked('/fixtures?league=39&season=2022')).results).toBeGreaterThan(20);
      expect((await asked('/fixtures?date=1999-01-01')).results).toBe(0);
    });

    test('a request without a recorded body gets the provider’s own empty answer', async () => {
      const { poll } = await open({ payloads: RECORDED });
      for (const [id, target] of [
        ['espn', 'scores:nhl'],
        ['the-odds-api', 'markets:nhl'],
        ['api-football', 'scores:today'],
      ] as const) {
        expect(statements(await poll(id, target))).toEqual([]);
      }
    });
  });
}
