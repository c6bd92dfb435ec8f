import { describe, expect, test } from 'bun:test';
import { Value } from 'typebox/value';
import { exampleSettings } from '../../../tests/contracts/provider-polling.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { httpHost } from '../../../tests/support/provider-host.ts';
import { epochMs } from '../../domain/time.ts';
import type { HttpRequest } from '../../ports/http-client.ts';
import type { Provider } from '../../ports/provider.ts';
import { apiFootball } from './index.ts';

type Settings = Parameters<typeof apiFootball.create>[0];

const START = Date.parse('2026-01-03T23:59:59Z');

/** A provider that is answered with these bodies in turn, the last for ever; each takes a second. */
function provider(settings: Partial<Settings>, ...bodies: unknown[]) {
  const asked: HttpRequest[] = [];
  const http = {
    getJson: async (request: HttpRequest) => {
      const at = asked.push(request);
      return {
        status: 200,
        headers: {},
        body: bodies[Math.min(at, bodies.length) - 1],
        notModified: at > 1,
        requestedAt: epochMs(START + at * 1_000),
        receivedAt: epochMs(START + at * 1_000 + 500),
        freshFor: 10_000 * at,
      };
    },
  };
  const all = exampleSettings<Settings>(apiFootball.settings, settings);
  const clock = new FakeClock('2026-01-03T23:59:59Z');
  return { asked, clock, key: all.key, provider: apiFootball.create(all, httpHost(http, clock)) };
}

const poll = (made: Provider, id: string) => {
  const target = made.targets().find((each) => each.id === id);
  if (target === undefined) throw new Error(`no target ${id}`);
  return made.poll(target, new AbortController().signal);
};

const page = (current: number, total: number, ...ids: number[]) => ({
  get: 'odds',
  errors: [],
  paging: { current, total },
  response: ids.map((id) => ({ league: { id: id < 100 ? 39 : 140 }, fixture: { id }, bookmakers: [] })),
});

describe('what it asks for', () => {
  test.each<[Partial<Settings>, string[], string | undefined]>([
    [{}, ['/fixtures?live=all', '/fixtures?date=2026-01-03'], undefined],
    [{ schedule: false, leagues: 'epl' }, ['/fixtures?live=39'], 'epl'],
    [{ schedule: false, leagues: '39, epl,laliga, 7001' }, ['/fixtures?live=39-140-7001'], undefined],
    [{ schedule: false, leagues: '7001' }, ['/fixtures?live=7001'], undefined],
    [
      { oddsLive: true, oddsPrematch: true },
      ['/fixtures?live=all', '/fixtures?date=2026-01-03', '/odds/live', '/odds?date=2026-01-03'],
      undefined,
    ],
  ])('under %j', async (settings, paths, league) => {
    const { provider: made, asked, key } = provider(settings, page(1, 1));
    for (const target of made.targets()) {
      expect(target.league).toBe(league);
      await made.poll(target, new AbortController().signal);
    }
    expect(asked.map(({ path }) => path)).toEqual(paths);
    for (const { headers, query } of asked) {
      expect({ headers, query }).toEqual({ headers: { 'x-apisports-key': key }, query: undefined });
    }
  });

  test('the day is the one of the clock, in UTC', async () => {
    const { provider: made, asked, clock } = provider({}, page(1, 1));
    await clock.advance(1_000);
    await poll(made, 'scores:today');
    expect(asked[0]?.path).toBe('/fixtures?date=2026-01-04');
  });

  test.each([
    ['epl,39', true],
    ['premier', false],
    ['39-61', false],
  ])('leagues=%j is allowed: %p', (leagues, allowed) => {
    const settings = { ...exampleSettings<Settings>(apiFootball.settings, {}), leagues };
    expect(Value.Check(apiFootball.settings, settings)).toBe(allowed);
  });
});

describe('pages', () => {
  const ids = (answer: Awaited<ReturnType<typeof poll>>) =>
    answer.statements.map(({ match }) => match.externalId);

  test('are read one after the other and become one answer', async () => {
    const { provider: made, asked } = provider(
      { oddsPrematch: true },
      page(1, 3, 1, 2),
      page(2, 3, 3),
      page(3, 3, 2),
    );
    const answer = await poll(made, 'markets:prematch');
    expect(asked.map(({ path }) => path)).toEqual([
      '/odds?date=2026-01-03',
      '/odds?date=2026-01-03&page=2',
      '/odds?date=2026-01-03&page=3',
    ]);
    expect(ids(answer)).toEqual(['1', '2', '3']);
    expect(answer.dropped).toEqual([{ where: 'page[1]', why: 'repeated_id' }]);
    const { requestedAt, receivedAt, notModified, freshFor } = answer;
    expect({ requestedAt, receivedAt, notModified, freshFor }).toEqual({
      requestedAt: epochMs(START + 1_000),
      receivedAt: epochMs(START + 3_500),
      notModified: false,
      freshFor: 10_000,
    });
  });

  test.each<[string, Partial<Settings>, unknown[], number, string]>([
    ['more than may be read', { maxPages: 2 }, [page(1, 3, 1)], 1, 'PROVIDER_BODY_TOO_LARGE'],
    ['the same page again', {}, [page(1, 2, 1), page(1, 2, 1)], 2, 'PROVIDER_BAD_PAYLOAD'],
    ['a page that is none', {}, [page(1, 2, 1), { message: 'Hello' }], 2, 'PROVIDER_BAD_PAYLOAD'],
  ])('all or none: %s', async (_name, settings, bodies, requests, code) => {
    const { provider: made, asked } = provider({ oddsPrematch: true, ...settings }, ...bodies);
    await expect(poll(made, 'markets:prematch')).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(requests);
  });

  test('only the leagues that are wanted, without counting the others', async () => {
    const body = { ...page(1, 1, 1, 200), response: [...page(1, 1, 1, 200).response, { league: null }] };
    const { provider: made } = provider({ oddsPrematch: true, leagues: 'epl' }, body);
    const answer = await poll(made, 'markets:prematch');
    expect(ids(answer)).toEqual(['1']);
    expect(answer.dropped).toEqual([{ where: 'response[1]', why: 'wrong_type' }]);
  });
});
