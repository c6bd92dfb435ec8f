import { afterEach, describe, expect, test } from 'bun:test';
import { systemClock } from '../../src/platform/system-clock.ts';
import { RedisLiveStore } from '../../src/stores/redis/redis-live-store.ts';
import { keptLog } from '../support/kept-log.ts';
import { ownRedisProgram, testRedis } from '../support/redis.ts';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { type Client, commitScore, MATCH, type Message, startLive } from './realtime-harness.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** One replica: the live routes on a store of its own. */
async function replica(url: string, keyPrefix = '') {
  const live = new RedisLiveStore({
    url,
    keyPrefix,
    clock: systemClock,
    log: keptLog(),
    commandTimeout: 300,
    probeEvery: 50,
  });
  await live.start();
  cleanUp.push(() => live.stop());
  const stage = await startLive({ live });
  cleanUp.push(() => stage.stop());
  return stage;
}

const scores = (client: Client) =>
  client.messages.filter(({ type }) => type === 'score_update').map(({ seq }) => seq);

describe('with Redis', () => {
  test('clients of two replicas hear the same bytes, and resume at either', async () => {
    const redis = await testRedis();
    cleanUp.push(() => redis.stop());
    const [here, there] = [
      await replica(redis.url, redis.keyPrefix),
      await replica(redis.url, redis.keyPrefix),
    ];
    const { epoch } = await commitScore(here.live, 1);
    await until(
      'the other replica knows the match',
      () => there.live.view(MATCH.id)?.position.scores.seq === 1,
    );
    const clients = [here.connect(MATCH.id), there.connect(MATCH.id)] as const;
    await Promise.all(clients.map((client) => client.untilType('snapshot')));
    for (const home of [2, 3, 4]) await commitScore(here.live, home);
    await Promise.all(clients.map((client) => client.until(({ seq }) => seq === 4)));
    expect(scores(clients[0])).toEqual([2, 3, 4]);
    expect(clients[0].texts.slice(1)).toEqual(clients[1].texts.slice(1));

    const moved = there.connect(`${MATCH.id}?since=${epoch}:2`);
    await moved.untilType('heartbeat');
    expect(scores(moved)).toEqual([3, 4]);
    expect(moved.texts.slice(0, 2)).toEqual(clients[0].texts.slice(2, 4));
  });

  test('Redis lost: sockets stay open and are told; Redis empty again: a resync into a new epoch', async () => {
    const program = ownRedisProgram();
    let redis = await startRedis(program);
    cleanUp.push(() => redis.end('SIGKILL'));
    const stage = await replica(redis.url);
    const before = await commitScore(stage.live, 1);
    const client = stage.connect(MATCH.id);
    await client.untilType('snapshot');

    await redis.end('SIGKILL');
    expect(await client.until(({ stale }) => stale === true)).toMatchObject({
      type: 'heartbeat',
      staleReason: 'store_unavailable',
      ...before,
    });
    const late = stage.connect(`${MATCH.id}?since=${before.epoch}:0`);
    await until('the late client is told of a score', () => late.messages.some(({ seq }) => seq === 1));

    redis = await startRedis(program, { port: redis.port });
    await client.until(({ type, stale }) => type === 'heartbeat' && stale === false);
    const after = await until('a commit goes through again', () =>
      commitScore(stage.live, 2).catch(() => undefined),
    );
    expect(after.epoch).not.toBe(before.epoch);
    const place = ({ type, seq, epoch }: Message) =>
      type !== 'heartbeat' && seq === after.seq && epoch === after.epoch;
    expect(['score_update', 'snapshot']).toContain((await client.until(place)).type);
    expect(client.messages.map(({ type }) => type)).toContain('resync');
    expect(stage.realtime.connections()).toBe(2);
  });
});
