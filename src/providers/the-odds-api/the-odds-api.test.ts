import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { providerContract } from '../../../tests/contracts/provider-contract.ts';
import { exampleSettings } from '../../../tests/contracts/provider-polling.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { httpHost } from '../../../tests/support/provider-host.ts';
import { epochMs } from '../../domain/time.ts';
import type { HttpRequest } from '../../ports/http-client.ts';
import { theOddsApi } from './index.ts';

providerContract(theOddsApi, join(import.meta.dir, 'testcases'));

const NOW = epochMs(Date.parse('2026-01-03T15:00:00Z'));

describe('errors', () => {
  test.each([
    ['MISSING_KEY', 401, 'PROVIDER_KEY_REFUSED'],
    ['INVALID_KEY', 401, 'PROVIDER_KEY_REFUSED'],
    ['DEACTIVATED_KEY', 401, 'PROVIDER_KEY_REFUSED'],
    ['OUT_OF_USAGE_CREDITS', 401, 'PROVIDER_QUOTA_EXHAUSTED'],
    ['EXCEEDED_FREQ_LIMIT', 429, 'PROVIDER_RATE_LIMITED'],
    ['MISSING_REGION', 422, 'PROVIDER_REQUEST_REFUSED'],
    ['SOMETHING_NEW', 422, 'PROVIDER_REQUEST_REFUSED'],
    ['UNKNOWN_SPORT', 404, 'PROVIDER_REQUEST_REFUSED'],
    ['EVENT_NOT_FOUND', 404, 'PROVIDER_NOT_FOUND'],
    ['SOMETHING_NEW', 500, undefined],
    ['constructor', 401, undefined],
  ] as const)('%s with %d', (error_code, status, code) => {
    expect(theOddsApi.errorOf?.(status, {}, { message: '', error_code }, NOW)?.code).toBe(code);
  });

  test('a time to come back is never made up, and kept when it is told', () => {
    const body = { error_code: 'EXCEEDED_FREQ_LIMIT' };
    expect(theOddsApi.errorOf?.(429, {}, body, NOW)?.retryAt).toBeUndefined();
    expect(theOddsApi.errorOf?.(429, { 'retry-after': '2' }, body, NOW)?.retryAt).toBe(epochMs(NOW + 2_000));
  });

  test.each([[undefined], [null], ['<html>'], [{ message: 'Forbidden' }]])(
    '%j is left to the host',
    (body) => {
      expect(theOddsApi.errorOf?.(401, {}, body, NOW)).toBeUndefined();
    },
  );
});

test.each([
  [
    { 'x-requests-remaining': '498', 'x-requests-used': '2', 'x-requests-last': '2' },
    { remaining: 498, limit: 500 },
  ],
  [{ 'x-requests-remaining': '0' }, { remaining: 0 }],
  [{ 'x-requests-remaining': 'many', 'x-requests-used': '2' }, undefined],
  [{}, undefined],
])('the quota in %j', (headers, quota) => {
  expect(theOddsApi.quotaOf?.(headers, NOW)).toEqual(quota);
});

type Settings = Parameters<typeof theOddsApi.create>[0];

/** A provider under these settings, and what it asks for. */
function provider(settings: Partial<Settings>) {
  const asked: HttpRequest[] = [];
  const http = {
    getJson: async (request: HttpRequest) => {
      asked.push(request);
      const times = { requestedAt: NOW, receivedAt: epochMs(NOW + 40) };
      return { status: 200, headers: {}, body: [], notModified: false, ...times };
    },
  };
  const all = exampleSettings<Settings>(theOddsApi.settings, settings);
  return { asked, key: all.key, provider: theOddsApi.create(all, httpHost(http, new FakeClock())) };
}

describe('what it asks for', () => {
  test.each([
    [{}, 3],
    [{ regions: 'us, uk', markets: 'h2h,totals' }, 4],
    [{ bookmakers: 'northbook', regions: 'us,uk,eu' }, 3],
    [{ bookmakers: 'a,b,c,d,e,f,g,h,i,j,k', markets: 'h2h' }, 2],
  ])('%j costs %d credits a poll', (settings, cost) => {
    const [markets, scores] = provider({ ...settings, sports: 'nba' }).provider.targets();
    expect(markets).toEqual({ id: 'markets:nba', kind: 'markets', sport: 'basketball', league: 'nba', cost });
    expect(scores).toEqual({ id: 'scores:nba', kind: 'scores', sport: 'basketball', league: 'nba', cost: 2 });
  });

  test('leagues by our ids and by their sport keys, each once', () => {
    const { provider: made } = provider({
      sports: 'epl, soccer_norway_eliteserien,soccer_epl,tennis_atp_us_open,tennis_atp_wimbledon',
    });
    expect(made.targets().map(({ id }) => id)).toEqual([
      'markets:epl',
      'scores:epl',
      'markets:soccer-norway-eliteserien',
      'scores:soccer-norway-eliteserien',
      'markets:tennis-atp-us-open',
      'scores:tennis-atp-us-open',
      'markets:tennis-atp-wimbledon',
      'scores:tennis-atp-wimbledon',
    ]);
    expect(made.targets().at(-1)?.league).toBe('atp');
  });

  test('the key goes into the query alone', async () => {
    const { provider: made, asked, key } = provider({ sports: 'nba', regions: 'us,uk' });
    const { signal } = new AbortController();
    for (const target of made.targets()) await made.poll(target, signal);
    expect(asked.map(({ path, query, headers }) => ({ path, query, headers }))).toEqual([
      {
        path: '/v4/sports/basketball_nba/odds?regions=us,uk&markets=h2h,spreads,totals&oddsFormat=decimal&dateFormat=iso',
        query: { apiKey: key },
        headers: undefined,
      },
      {
        path: '/v4/sports/basketball_nba/scores?daysFrom=1&dateFormat=iso',
        query: { apiKey: key },
        headers: undefined,
      },
    ]);
    expect(theOddsApi.secretQuery).toContain('apiKey');
  });

  test.each([
    ['nba', true],
    [' nba , basketball_ncaab ', true],
    ['nbb', false],
    ['nba;nfl', false],
    ['nba,', false],
    ['basketball_nba/../../x', false],
    ['', false],
  ])('sports=%j is allowed: %p', (sports, allowed) => {
    const settings = { ...exampleSettings<Settings>(theOddsApi.settings, {}), sports };
    expect(Value.Check(theOddsApi.settings, settings)).toBe(allowed);
  });
});
