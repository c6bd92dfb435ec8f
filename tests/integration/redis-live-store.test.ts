import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { Redis } from 'ioredis';
import { matchId } from '../../src/domain/ids.ts';
import { days, epochMs } from '../../src/domain/time.ts';
import { randomText } from '../../src/platform/random-text.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { InletMessage, LiveMessage } from '../../src/ports/live-store.ts';
import { RedisLiveStore, type RedisLiveStoreOptions } from '../../src/stores/redis/redis-live-store.ts';
import { liveStoreContract } from '../contracts/live-store-contract.ts';
import { keptLog } from '../support/kept-log.ts';
import { ownRedisProgram, type TestRedis, testRedis } from '../support/redis.ts';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import {
  aLink,
  aMatch,
  aScore,
  commitScore,
  commitScores,
  marketChange,
  place,
  positionOf,
  scoreChange,
} from '../support/views.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await testRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const freshPrefix = () => `${server.keyPrefix}${randomText(6)}:`;

const storeOptions = (keyPrefix: string): RedisLiveStoreOptions => ({
  url: server.url,
  keyPrefix,
  clock: systemClock,
  log: keptLog(),
});

liveStoreContract('redis', async (options) => {
  const store = new RedisLiveStore({ ...storeOptions(freshPrefix()), ...options });
  await store.start();
  return { store, pass: async () => {} };
});

describe('two stores on one Redis', () => {
  const match = aMatch('m1');
  const running: RedisLiveStore[] = [];
  let prefix = '';

  async function join(options: Partial<RedisLiveStoreOptions> = {}) {
    const log = keptLog();
    const store = new RedisLiveStore({ ...storeOptions(prefix), log, ...options });
    running.push(store);
    const heard: LiveMessage[] = [];
    let resyncs = 0;
    store.onMessage((message) => heard.push(message));
    store.onResync(() => {
      resyncs += 1;
    });
    await store.start();
    return { store, heard, log, resyncs: () => resyncs };
  }
  async function two(options: Partial<RedisLiveStoreOptions> = {}) {
    prefix = freshPrefix();
    return [await join(options), await join(options)] as const;
  }
  afterEach(async () => {
    await Promise.all(running.splice(0).map((store) => store.stop()));
  });

  test('agree on the epoch, also when they start at once', async () => {
    prefix = freshPrefix();
    const stores = await Promise.all([join(), join(), join()]);
    expect(new Set(stores.map(({ store }) => store.epoch())).size).toBe(1);
  });

  test('hear each other in order, and end with the same views', async () => {
    const [a, b] = await two();
    for (let home = 1; home <= 40; home++) {
      const { store } = home % 2 ? a : b;
      await until('it is up to date', () => positionOf(store, match.id).seq === home - 1);
      place(await commitScore(store, match, home));
    }
    place(await a.store.commit(marketChange(a.store, match, ['h2h', 'totals:2.5'])));
    await until('b has heard all', () => b.heard.length === 41);
    expect(b.heard).toEqual(a.heard);
    expect(a.heard.map((message) => message.position.seq)).toEqual([
      ...Array.from({ length: 40 }, (_, at) => at + 1),
      1,
    ]);
    expect(b.store.view(match.id)).toEqual(a.store.view(match.id) as never);
  });

  test('give each position to one of fifty commits', async () => {
    const [a, b] = await two();
    const commit = async (home: number): Promise<string> => {
      for (;;) {
        const result = await commitScore(home % 2 ? a.store : b.store, match, home);
        if (result.outcome === 'committed') return place(result);
      }
    };
    const places = await Promise.all(Array.from({ length: 50 }, (_, home) => commit(home)));
    expect(new Set(places).size).toBe(50);
    await until('both have heard all', () => a.heard.length === 50 && b.heard.length === 50);
    expect(a.heard).toEqual(b.heard);
    expect(a.resyncs() + b.resyncs()).toBe(0);
  });

  test('know of each other: matches, links, confirmed views, evictions', async () => {
    const [a, b] = await two();
    await a.store.putMatch(match, 1);
    await until('b knows the match', () => b.store.findByLink(aLink('espn', 'm1')));
    await commitScore(a.store, match, 1);
    await a.store.confirm(
      match.id,
      positionOf(a.store, match.id),
      { scores: aScore(1, 0, { confidence: 1 }) },
      1,
    );
    await until('b has the confirmed view', () => b.store.view(match.id)?.score?.confidence === 1);
    await b.store.putMatch({ ...match, links: [aLink('espn', 'other')] }, 1);
    await until('a follows', () => a.store.findByLink(aLink('espn', 'other')));
    expect(a.store.findByLink(aLink('espn', 'm1'))).toBeUndefined();
    await b.store.evict(match.id);
    await until('a forgets it', () => a.store.view(match.id) === undefined);
    expect(await redis.zcard(`${prefix}touchline:matches`)).toBe(0);
  });

  test('a conflict is answered only when the view to compute from is there', async () => {
    const [a, b] = await two();
    await Promise.all(
      Array.from({ length: 20 }, async (_, home) => {
        await commitScore(a.store, match, home);
        const result = await b.store.commit(
          scoreChange(b.store, match, home, { basedOn: { epoch: b.store.epoch(), seq: 0 } }),
        );
        if (result.outcome !== 'conflict') return;
        expect(positionOf(b.store, match.id).seq).toBeGreaterThanOrEqual(result.current.seq);
        expect(result.current.seq).toBeGreaterThan(0);
      }),
    );
  });

  test('a late one has all the views, and answers from the log what it did not see', async () => {
    const [a] = await two({ logSize: 5 });
    for (let n = 0; n < 250; n++) await a.store.putMatch(aMatch(`x${n}`), 1);
    await commitScores(a.store, match, 8);
    const late = await join({ logSize: 5 });
    expect([...late.store.views()]).toHaveLength(251);
    expect(late.store.view(match.id)).toEqual(a.store.view(match.id) as never);
    expect(late.heard).toEqual([]);
    const epoch = a.store.epoch();
    const since = (seq: number) => late.store.since(match.id, 'scores', { epoch, seq });
    expect(await since(3)).toEqual(a.heard.slice(3));
    expect(await since(2)).toBeUndefined();
    await commitScore(a.store, match, 9);
    await until('it has heard one', () => late.heard.length === 1);
    expect(await since(4)).toEqual(a.heard.slice(4));
  });

  test('leases are shared', async () => {
    const [a, b] = await two();
    const first = await a.store.lease('poller', 'a', 60_000);
    expect(await b.store.lease('poller', 'b', 60_000)).toBeUndefined();
    await a.store.release('poller', 'a');
    expect((await b.store.lease('poller', 'b', 60_000))?.token).toBeGreaterThan(first?.token ?? 9e15);
  });

  test('tokens go on growing after the counter was lost', async () => {
    const [a] = await two();
    const first = await a.store.lease('poller', 'a', 60_000);
    await redis.del(`${prefix}{lease:poller}:holder`, `${prefix}{lease:poller}:token`);
    await until('the clock has moved', async () => systemClock.now() > (first?.token ?? 0));
    const second = await a.store.lease('poller', 'b', 60_000);
    expect(second?.token).toBeGreaterThan(first?.token ?? 9e15);
    expect(second?.token).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  test('what one missed while its connection was cut is told from the log', async () => {
    const [a, b] = await two();
    await commitScores(a.store, match, 2);
    await until('b has heard two', () => b.heard.length === 2);
    await cutListeners();
    // Written past the stores, so that nobody has heard it: as if published while nobody listened.
    await hide(a.store, 3);
    await until('all is told', () => b.heard.length === 3 && a.heard.length === 3);
    expect(b.heard.map((message) => message.position.seq)).toEqual([1, 2, 3]);
    expect(b.store.view(match.id)?.score?.score?.home).toBe(3);
    expect(a.resyncs() + b.resyncs()).toBe(0);
    await until('it is well again', () => b.store.health().status === 'ok');
    expect(place(await commitScore(b.store, match, 4))).toEndWith(':4');
  });

  test('a gap in what is heard is closed by itself', async () => {
    const [, b] = await two();
    await commitScores(b.store, match, 1);
    await hide(b.store, 2);
    expect(await b.store.commit(scoreChange(b.store, match, 9))).toMatchObject({ outcome: 'conflict' });
    expect(b.heard.map((message) => message.position.seq)).toEqual([1, 2]);
    expect(b.resyncs()).toBe(0);
  });

  test('a gap longer than the log is a resync, with the views read anew', async () => {
    const [a, b] = await two({ logSize: 2 });
    await commitScores(a.store, match, 1);
    await until('b has heard one', () => b.heard.length === 1);
    for (let home = 2; home <= 5; home++) await hide(a.store, home, 2);
    expect((await commitScore(a.store, match, 9)).outcome).toBe('conflict');
    expect(a.resyncs()).toBe(1);
    place(await commitScore(a.store, match, 6));
    await until('b is told to resync', () => b.resyncs() === 1);
    expect(positionOf(b.store, match.id).seq).toBe(6);
    expect(b.store.view(match.id)?.score?.score?.home).toBe(6);
    expect(await b.store.since(match.id, 'scores', positionOf(b.store, match.id))).toEqual([]);
  });

  test('keys expire, and share a slot per match', async () => {
    const [a] = await two();
    await a.store.putMatch(aMatch('m2', { startsAt: epochMs(systemClock.now() + days(30)) }), 1);
    await commitScores(a.store, match, 1);
    const keys = (await redis.keys(`${prefix}*`)).map((key) => key.slice(prefix.length)).toSorted();
    expect(keys).toEqual([
      'touchline:epoch',
      'touchline:matches',
      '{match:m1}:log:scores',
      '{match:m1}:view',
      '{match:m2}:view',
    ]);
    const left = async (key: string) => (await redis.pttl(`${prefix}${key}`)) / days(1);
    expect(await left('{match:m1}:view')).toBeWithin(13.9, 14.1);
    expect(await left('{match:m1}:log:scores')).toBeWithin(13.9, 14.1);
    expect(await left('{match:m2}:view')).toBeWithin(43.9, 44.1);
    await a.store.evict(match.id);
    expect(await redis.hkeys(`${prefix}{match:m1}:view`)).toEqual(
      expect.arrayContaining(['epoch', 'scores:seq', 'gone']),
    );
    expect(await left('{match:m1}:view')).toBeWithin(6.9, 7.1);
    expect(await redis.exists(`${prefix}{match:m1}:log:scores`)).toBe(0);
  });

  test('entries of the index whose match has expired are removed at the next start', async () => {
    const [a] = await two();
    const old = aMatch('old', { startsAt: epochMs(systemClock.now() - days(20)) });
    await a.store.putMatch(old, 1);
    await a.store.putMatch(match, 1);
    await redis.del(`${prefix}{match:old}:view`, `${prefix}{match:m1}:view`);
    const late = await join();
    expect([...late.store.views()]).toEqual([]);
    expect(await redis.zrange(`${prefix}touchline:matches`, '0', '-1')).not.toContain('old');
  });

  test('what others put into our keys and channels does no harm', async () => {
    const [a, b] = await two();
    await commitScores(a.store, match, 1);
    await redis.hset(`${prefix}{match:bad}:view`, {
      epoch: a.store.epoch(),
      match: '{"id":"bad"',
      scores: '[',
    });
    await redis.hset(`${prefix}{match:odd}:view`, { epoch: a.store.epoch(), match: '{"id":"odd"}' });
    await redis.zadd(`${prefix}touchline:matches`, 1, 'bad', 2, 'odd');
    const late = await join();
    expect([...late.store.views()].map((view) => view.id)).toEqual([match.id]);
    expect(late.log.lines).toEqual([
      { level: 'warn', fields: { matches: 2 }, message: 'redis holds matches that cannot be read' },
    ]);
    for (const text of [
      '',
      'commit',
      'commit\nm1\nscores',
      `commit\nm1\nscores\n${a.store.epoch()}\n2\n0\n0\n\nnot json\n{}`,
      `commit\nm1\nscores\n${a.store.epoch()}\n-5\n0\n0\n\n{}\n{}`,
      `match\nm9\n${a.store.epoch()}\n0\n0\n1\nnull`,
      `confirm\nm1\nscores\n${a.store.epoch()}\n1\n[]`,
      'reread\nnobody',
      'nonsense\n\n\n',
    ])
      await redis.publish(`${prefix}touchline:frames`, text);
    await commitScore(a.store, match, 2);
    await until('b has heard two', () => b.heard.length === 2);
    expect(b.store.view(match.id)?.score?.score?.home).toBe(2);
    expect([...b.store.views()]).toHaveLength(1);
    expect(b.resyncs()).toBe(0);
  });

  /** Cuts the listening connections of the stores here, and of nobody else on the server. */
  async function cutListeners(): Promise<void> {
    const clients = String(await redis.call('CLIENT', 'LIST', 'TYPE', 'pubsub')).split('\n');
    const database = new URL(server.url).pathname.slice(1) || '0';
    const ours = clients.filter(
      (line) => line.includes(` name=touchline `) && line.includes(` db=${database} `),
    );
    for (const line of ours) await redis.call('CLIENT', 'KILL', 'ID', /^id=(\d+)/.exec(line)?.[1] ?? '');
    expect(ours.length).toBeGreaterThan(0);
  }

  /** Commits without a word on the channel, and behind the back of every store. */
  async function hide(store: RedisLiveStore, home: number, logSize = 256): Promise<void> {
    const seq = await redis.hincrby(`${prefix}{match:m1}:view`, 'scores:seq', 1);
    await redis.hset(`${prefix}{match:m1}:view`, 'scores', JSON.stringify(aScore(home, 0)));
    const json = `{"epoch":"${store.epoch()}","seq":${seq},"type":"score_update","matchId":"m1"}`;
    await redis.rpush(`${prefix}{match:m1}:log:scores`, json);
    await redis.ltrim(`${prefix}{match:m1}:log:scores`, -logSize, -1);
  }
});

test('every script keeps to one slot of Redis Cluster', async () => {
  const node = await startRedis(ownRedisProgram(), { settings: { 'cluster-enabled': 'yes' } });
  const commands = new Redis(node.url);
  const store = new RedisLiveStore({ url: node.url, clock: systemClock, log: keptLog() });
  try {
    await commands.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await until('the cluster is up', async () =>
      (await commands.cluster('INFO')).includes('cluster_state:ok'),
    );
    await store.start();
    const match = aMatch('m1');
    await store.putMatch(match, 1);
    await commitScores(store, match, 2);
    place(await store.commit(marketChange(store, match, ['h2h'])));
    await store.confirm(match.id, positionOf(store, match.id), { scores: aScore(2, 0) }, 1);
    expect((await store.lease('poller', 'a', 1_000))?.token).toBeGreaterThan(0);
    await store.release('poller', 'a');
    await commands.flushall();
    expect((await commitScore(store, match, 3)).outcome).toBe('conflict');
    expect(place(await commitScore(store, match, 3))).toEndWith(':1');
    await store.evict(match.id);
    expect(store.health().status).toBe('ok');
  } finally {
    await store.stop();
    commands.disconnect();
    await node.end('SIGKILL');
  }
});

describe('messages published by hand', () => {
  async function listen(options: Partial<RedisLiveStoreOptions> = {}) {
    const prefix = freshPrefix();
    const log = keptLog();
    const store = new RedisLiveStore({ ...storeOptions(prefix), log, ...options });
    const inlet: InletMessage[] = [];
    store.onInlet((message) => inlet.push(message));
    await store.start();
    return {
      store,
      inlet,
      log,
      publish: (id: string, text: string) => redis.publish(`${prefix}match:${id}`, text),
    };
  }

  test('are handed on as they came, with the id from the channel', async () => {
    const { store, inlet, publish } = await listen();
    const before = systemClock.now();
    const text = '{"homeScore":2,"awayScore":1,"period":"2nd Half"}';
    expect(await publish('match-123', text)).toBe(1);
    await publish('espn:401', 'no json');
    await until('both are there', () => inlet.length === 2);
    expect(inlet.map(({ matchId, text }) => ({ matchId, text }))).toEqual([
      { matchId: 'match-123', text },
      { matchId: 'espn:401', text: 'no json' },
    ]);
    expect(inlet[0]?.receivedAt).toBeGreaterThanOrEqual(before);
    await commitScores(store, aMatch('match-123'), 2);
    await publish('last', '');
    await until('the last is there', () => inlet.length === 3);
    expect(store.view(matchId('match-123'))?.score?.score?.home).toBe(2);
    await store.stop();
  });

  test('are bounded in size and number, and the drops are said once', async () => {
    const { store, inlet, log, publish } = await listen({ inlet: { characters: 10, perSecond: 3 } });
    await publish('a', '01234567890');
    await publish('', '1');
    await publish('x'.repeat(201), '1');
    for (let n = 0; n < 20; n++) await publish('a', `${n}`);
    await until('what may come has come', () => inlet.length >= 3);
    await until('they were counted', () => log.lines.length === 1);
    expect(inlet.length).toBeLessThan(10);
    expect(log.lines[0]).toMatchObject({ level: 'warn', fields: { dropped: 1 } });
    await store.stop();
  });
});
