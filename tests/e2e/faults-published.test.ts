import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { Redis } from 'ioredis';
import { fastClock } from '../support/fast-clock.ts';
import { type LiveClient, liveClient } from '../support/live-client.ts';
import { ownRedisProgram } from '../support/redis.ts';
import { type RunningRedis, startRedis } from '../support/redis-server.ts';
import { type RunningApp, runningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

setDefaultTimeout(60_000);

let redis: RunningRedis;
let cli: Redis;
let server: RunningApp;
beforeAll(async () => {
  redis = await startRedis(ownRedisProgram());
  cli = new Redis(redis.url);
  // Ten times faster than life: what is published stands for a minute.
  server = await runningApp({ REDIS_URL: redis.url, PROVIDERS: 'simulated' }, fastClock(10));
});
afterAll(async () => {
  await server.stop();
  cli.disconnect();
  await redis.end('SIGKILL');
});

interface Score {
  readonly matchId: string;
  readonly status: string;
  readonly score: { readonly home: number; readonly away: number } | null;
  readonly period: string | null;
  readonly confidence: number;
  readonly epoch: string;
  readonly seq: number;
  readonly sources: readonly { readonly provider: string; readonly agrees: boolean }[];
}

const publish = (matchId: string, text: string) => cli.publish(`match:${matchId}`, text);
const follow = (matchId: string): Promise<LiveClient> => liveClient(`${server.webSocketUrl}/live/${matchId}`);
const score = (matchId: string) => server.get<Score>(`/api/scores/${matchId}`);
const refusals = async (why: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = new RegExp(`^touchline_published_refused_total\\{why="${why}"\\} (\\d+)$`, 'm');
  return Number(line.exec(text)?.[1] ?? 0);
};

describe('PUBLISH match:<id>', () => {
  test('reaches who waits, who comes later, and REST alike', async () => {
    const early = await follow('match-123');
    expect(early.messages[0]).toMatchObject({ type: 'snapshot', data: null });
    await publish('match-123', '{"homeScore":2,"awayScore":1,"period":"2nd Half"}');
    const update = await until('it is heard', () =>
      early.messages.find(({ type }) => type === 'score_update'),
    );
    const late = await follow('match-123');
    const document = await score('match-123');
    for (const { data } of [update, late.messages[0] ?? update]) {
      expect(data).toMatchObject({ homeScore: 2, awayScore: 1, period: '2nd Half', status: 'live' });
    }
    expect(document).toMatchObject({ score: { home: 2, away: 1 }, period: '2nd Half', status: 'live' });
    for (const { epoch, seq } of [update, late.messages[0] ?? update]) {
      expect({ epoch, seq }).toEqual({ epoch: document.epoch, seq: document.seq });
    }
    early.close();
    late.close();
  });

  test('prevails over the providers for a minute, and is then corrected aloud', async () => {
    const known = await until('a soccer match is in play, with two sources', async () => {
      const { scores } = await server.get<{ scores: Score[] }>('/api/scores?sport=soccer&status=live');
      return scores.find(({ sources }) => sources.length >= 2);
    });
    const client = await follow(known.matchId);
    const said = { home: (known.score?.home ?? 0) + 7, away: known.score?.away ?? 0 };
    await publish(known.matchId, JSON.stringify({ homeScore: said.home, awayScore: said.away }));
    await until('it is heard', () => client.messages.find(({ data }) => data?.homeScore === said.home));
    const served = await score(known.matchId);
    expect(served.score).toEqual(said);
    expect(served.confidence).toBeGreaterThan(0.95);
    const verdicts = new Map(served.sources.map(({ provider, agrees }) => [provider, agrees]));
    expect(verdicts.get('redis')).toBe(true);
    expect([...verdicts.values()].filter((agrees) => !agrees)).toHaveLength(verdicts.size - 1);

    const correction = await until(
      'the correction',
      () => client.messages.find(({ type }) => type === 'score_correction'),
      20_000,
    );
    expect(correction.data).toMatchObject({ from: { score: said }, why: 'source_corrected' });
    expect(correction.data.homeScore).toBeLessThan(said.home);
    const positions = client.scores().map(({ seq }) => seq);
    expect(positions).toEqual(positions.map((_, i) => (positions[0] ?? 0) + i));
    client.close();
  });

  test('what is bad is refused and counted, and does no harm', async () => {
    const good = '{"homeScore":1,"awayScore":1}';
    const bad: readonly (readonly [why: string, matchId: string, text: string])[] = [
      ['not_json', 'bad-1', ''],
      ['not_json', 'bad-1', '{"homeScore":1,'],
      ['not_json', 'bad-1', '\u0000'],
      ['bad_shape', 'bad-1', 'null'],
      ['bad_shape', 'bad-1', '[[[[[[]]]]]]'],
      ['bad_shape', 'bad-1', '{"homeScore":"1","awayScore":1}'],
      ['bad_shape', 'bad-1', '{"homeScore":1.5,"awayScore":1}'],
      ['bad_shape', 'bad-1', '{"homeScore":1e400,"awayScore":1}'],
      ['bad_shape', 'bad-1', '{"homeScore":-1,"awayScore":1}'],
      ['bad_shape', 'bad-1', '{"homeScore":99999,"awayScore":1}'],
      ['bad_shape', 'bad-1', '{"homeScore":1,"awayScore":1,"status":"winning"}'],
      ['bad_shape', 'bad-1', `{"homeScore":1,"awayScore":1,"period":"${'x'.repeat(61)}"}`],
      ['bad_match_id', 'a/b', good],
      ['bad_match_id', '../../etc/passwd', good],
      ['bad_match_id', 'm:1', good],
      ['bad_match_id', '{tag}', good],
      ['bad_match_id', 'Ünï', good],
      ['bad_match_id', 'x'.repeat(65), good],
    ];
    const before = await server.get<{ scores: Score[] }>('/api/scores?sport=other');
    for (const [, matchId, text] of bad) await publish(matchId, text);
    // Not even looked at.
    for (const text of ['x'.repeat(1_000_000), '['.repeat(20_000)]) await publish('bad-1', text);
    await publish('', good);
    await publish('x'.repeat(10_000), good);
    for (let n = 0; n < 3_000; n++) void publish('bad-1', 'flood');

    const counted = (why: string) => bad.filter(([reason]) => reason === why).length;
    await until('all are counted', async () => {
      const found = await Promise.all(['not_json', 'bad_shape', 'bad_match_id'].map(refusals));
      return (
        found[0] !== undefined &&
        found[0] > counted('not_json') &&
        found[1] === counted('bad_shape') &&
        found[2] === counted('bad_match_id')
      );
    });
    expect(await server.get<{ scores: Score[] }>('/api/scores?sport=other')).toMatchObject({
      scores: before.scores.map(({ matchId, score }) => ({ matchId, score })),
    });
    expect((await fetch(`${server.url}/api/scores/bad-1`)).status).toBe(404);
    expect(await cli.keys('*bad-1*')).toEqual([]);
    const { status, reasons } = await server.get<{ status: string; reasons: string[] }>('/health');
    expect({ status, reasons }).toEqual({ status: 'ok', reasons: [] });
    await until('a good one is taken again', async () => {
      await publish('good-1', good);
      return (await fetch(`${server.url}/api/scores/good-1`)).ok;
    });
  });
});
