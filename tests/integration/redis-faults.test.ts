import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { LiveMessage } from '../../src/ports/live-store.ts';
import { RedisLiveStore, type RedisLiveStoreOptions } from '../../src/stores/redis/redis-live-store.ts';
import { keptLog } from '../support/kept-log.ts';
import { ownRedisProgram } from '../support/redis.ts';
import { type RedisPlace, type RunningRedis, startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import {
  aMatch,
  commitScore,
  commitScores,
  marketChange,
  place,
  positionOf,
  scoreChange,
} from '../support/views.ts';

const match = aMatch('m1');
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function server(where: RedisPlace = {}): Promise<RunningRedis> {
  const running = await startRedis(ownRedisProgram(), where);
  cleanUp.push(() => running.end('SIGKILL'));
  return running;
}

function storeOn(url: string, options: Partial<RedisLiveStoreOptions> = {}) {
  const log = keptLog();
  const store = new RedisLiveStore({
    url,
    clock: systemClock,
    log,
    commandTimeout: 300,
    probeEvery: 50,
    ...options,
  });
  cleanUp.push(() => store.stop());
  const heard: LiveMessage[] = [];
  store.onMessage((message) => heard.push(message));
  let resyncs = 0;
  store.onResync(() => {
    resyncs += 1;
  });
  return { store, heard, log, resyncs: () => resyncs };
}

async function joined(url: string, options: Partial<RedisLiveStoreOptions> = {}) {
  const made = storeOn(url, options);
  await made.store.start();
  return made;
}

async function commandsTo(url: string): Promise<Redis> {
  const redis = new Redis(url);
  // Its server is killed on purpose.
  redis.on('error', () => {});
  cleanUp.push(() => redis.disconnect());
  return redis;
}

const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'resolved',
    (error: unknown) => error,
  );

/** Commits again and again, as a caller does, until it works. */
const commitAgain = (store: RedisLiveStore, home: number): Promise<string> =>
  until('a commit goes through', async () => {
    const result = await commitScore(store, match, home).catch(() => undefined);
    return result?.outcome === 'committed' ? place(result) : undefined;
  });

const isWell = (store: RedisLiveStore) => () => store.health().status === 'ok';
const isDown = (store: RedisLiveStore) => () => store.health().status === 'down';

describe('redis killed', () => {
  test('and back empty: reads go on, writes reject at once, then a new epoch and a resync', async () => {
    const first = await server();
    const [a, b] = [await joined(first.url), await joined(first.url)];
    await commitScores(a.store, match, 5);
    place(await a.store.commit(marketChange(a.store, match, ['h2h'])));
    await a.store.putMatch(aMatch('m2'), 1);
    await until('b has heard all', () => b.heard.length === 6 && b.store.view(aMatch('m2').id));
    const lease = await a.store.lease('poller', 'a', 60_000);
    const before = a.store.epoch();

    await first.end('SIGKILL');
    await until('both have noticed', () => isDown(a.store)() && isDown(b.store)());
    expect(a.store.view(match.id)).toMatchObject({
      score: { score: { home: 5 } },
      markets: [{ key: 'h2h' }],
    });
    expect(await a.store.since(match.id, 'scores', { epoch: before, seq: 3 })).toEqual(a.heard.slice(3, 5));
    const asked = performance.now();
    for (const work of [
      commitScore(a.store, match, 6),
      a.store.putMatch(match, 1),
      a.store.confirm(match.id, positionOf(a.store, match.id), { markets: [] }, 1),
      a.store.evict(match.id),
      a.store.lease('poller', 'a', 1_000),
      a.store.release('poller', 'a'),
    ])
      expect(await rejection(work)).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(performance.now() - asked).toBeLessThan(100);
    expect(a.store.health()).toMatchObject({ kind: 'redis', lastErrorCode: 'STORE_UNAVAILABLE' });
    expect(a.resyncs() + b.resyncs()).toBe(0);

    const second = await server({ port: first.port });
    await until('both are back', () => isWell(a.store)() && isWell(b.store)());
    const after = a.store.epoch();
    expect(after > before).toBe(true);
    expect(b.store.epoch()).toBe(after);
    expect([a.resyncs() > 0, b.resyncs() > 0]).toEqual([true, true]);
    for (const { store } of [a, b]) {
      expect(store.view(match.id)).toMatchObject({
        score: { score: { home: 5 } },
        markets: [{ key: 'h2h' }],
        position: { scores: { epoch: after, seq: 0 }, markets: { epoch: after, seq: 0 } },
      });
      expect(store.view(aMatch('m2').id)?.position.scores).toEqual({ epoch: after, seq: 0 });
      expect(await store.since(match.id, 'scores', { epoch: before, seq: 4 })).toBeUndefined();
    }
    expect(place(await commitScore(b.store, match, 6))).toBe(`${after}:1`);
    await until('a has heard it', () => a.heard.length === 7);
    expect(a.heard[6]).toEqual(b.heard[6] as never);
    expect((await b.store.lease('poller', 'b', 1_000))?.token).toBeGreaterThan(lease?.token ?? 9e15);

    const late = await joined(second.url);
    expect(late.store.view(match.id)).toEqual(a.store.view(match.id) as never);
    expect([...late.store.views()]).toHaveLength(2);
    expect(a.log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn redis is away',
      'info redis is back',
    ]);
  });

  test('and back with older data: what was newer here is not lost, and no position is used again', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'touchline-redis-kept-'));
    cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
    const first = await server({ dir });
    const a = await joined(first.url);
    const used = await commitScores(a.store, match, 3);
    await (await commandsTo(first.url)).save();
    for (const home of [4, 5]) used.push(place(await commitScore(a.store, match, home)));
    await first.end('SIGKILL');
    await server({ dir, port: first.port });
    await until('it noticed', () => a.resyncs() > 0);
    await until('it is back', isWell(a.store));
    expect(a.store.view(match.id)?.score?.score?.home).toBe(5);
    const late = await joined(first.url);
    expect(late.store.view(match.id)).toEqual(a.store.view(match.id) as never);
    used.push(await commitAgain(late.store, 6), await commitAgain(a.store, 7));
    expect(new Set(used).size).toBe(7);
    expect(await a.store.since(match.id, 'scores', { epoch: a.store.epoch(), seq: 0 })).toHaveLength(2);
  });

  test('a match evicted before the loss does not come back', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'touchline-redis-kept-'));
    cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
    const first = await server({ dir });
    const [a, b] = [await joined(first.url), await joined(first.url, { probeEvery: 60_000 })];
    await commitScores(a.store, match, 1);
    await until('b knows it', () => b.heard.length === 1);
    await a.store.evict(match.id);
    await (await commandsTo(first.url)).save();
    await first.end('SIGKILL');
    await until('both have noticed', () => isDown(a.store)() && isDown(b.store)());
    await server({ dir, port: first.port });
    await until(
      'both are back',
      () => isWell(a.store)() && isWell(b.store)() && a.store.epoch() === b.store.epoch(),
    );
    expect([...a.store.views(), ...b.store.views()]).toEqual([]);
    expect(place(await commitScore(a.store, match, 1))).toBe(`${a.store.epoch()}:1`);
  });
});

describe('data lost under a running server', () => {
  test('FLUSHALL, then a commit: a new epoch instead of a used number', async () => {
    const { url } = await server();
    const [a, b] = [await joined(url, { probeEvery: 60_000 }), await joined(url, { probeEvery: 60_000 })];
    const used = await commitScores(a.store, match, 5);
    await until('b has heard all', () => b.heard.length === 5);
    await (await commandsTo(url)).flushall();
    const result = await commitScore(a.store, match, 6);
    expect(result).toEqual({ outcome: 'conflict', current: { epoch: a.store.epoch(), seq: 0 } });
    used.push(place(await commitScore(a.store, match, 6)));
    expect(used[5]).toBe(`${a.store.epoch()}:1`);
    expect(new Set(used).size).toBe(6);
    // Depending on who is first, b hears the message after its resync or has it in the snapshot of it.
    await until('b has it', () => b.store.view(match.id)?.score?.score?.home === 6 && b.resyncs() > 0);
    used.push(place(await commitScore(b.store, match, 7)));
    await until('a has heard the next one', () => a.heard.length === 7);
    expect(used[6]).toBe(`${a.store.epoch()}:2`);
    expect(b.heard.at(-1)).toEqual(a.heard.at(-1));
    expect(a.resyncs()).toBe(1);
  });

  test('FLUSHALL, then a new match: it begins in the new epoch', async () => {
    const { url } = await server();
    const a = await joined(url, { probeEvery: 60_000 });
    const used = await commitScores(a.store, aMatch('m2'), 2);
    await a.store.evict(aMatch('m2').id);
    const before = a.store.epoch();
    await (await commandsTo(url)).flushall();
    expect((await commitScore(a.store, aMatch('m2'), 1)).outcome).toBe('conflict');
    used.push(place(await commitScore(a.store, aMatch('m2'), 1)));
    expect(a.store.epoch() > before).toBe(true);
    expect(new Set(used).size).toBe(3);
    await (await commandsTo(url)).flushall();
    await a.store.putMatch(aMatch('m3'), 1);
    expect(a.store.view(aMatch('m3').id)?.position.scores).toEqual({ epoch: a.store.epoch(), seq: 0 });
  });

  test('FLUSHALL while nobody writes is noticed by itself, and everything is put back', async () => {
    const { url } = await server();
    const a = await joined(url);
    await commitScores(a.store, match, 2);
    const before = a.store.epoch();
    const redis = await commandsTo(url);
    await redis.flushall();
    await until('it noticed', () => a.resyncs() === 1);
    expect(a.store.epoch() > before).toBe(true);
    expect(await redis.zrange('touchline:matches', '0', '-1')).toEqual(['m1']);
    expect(await redis.hget('{match:m1}:view', 'epoch')).toBe(a.store.epoch());
  });

  test('one match gone: its numbers are not used again either', async () => {
    const { url } = await server();
    const a = await joined(url);
    const used = await commitScores(a.store, match, 3);
    await (await commandsTo(url)).del('{match:m1}:view');
    expect((await commitScore(a.store, match, 4)).outcome).toBe('conflict');
    used.push(...(await commitScores(a.store, match, 2)));
    expect(new Set(used).size).toBe(5);
    expect(used[4]).toEndWith(':2');
  });

  test('the index gone, and the epoch: a match that only its own key remembers goes on', async () => {
    const { url } = await server();
    const a = await joined(url);
    const used = await commitScores(a.store, match, 2);
    await a.store.stop();
    await (await commandsTo(url)).del('touchline:matches', 'touchline:epoch');
    const b = await joined(url);
    expect([...b.store.views()]).toEqual([]);
    expect((await commitScore(b.store, match, 3)).outcome).toBe('conflict');
    expect(b.store.view(match.id)?.score?.score?.home).toBe(2);
    used.push(place(await commitScore(b.store, match, 3)));
    expect(used[2]).toBe(`${b.store.epoch()}:1`);
  });
});

describe('redis silent', () => {
  test('a command that gets no answer rejects in time, the next ones at once, and nothing is lost', async () => {
    const running = await server();
    const [a, b] = [await joined(running.url), await joined(running.url)];
    await commitScores(a.store, match, 2);
    process.kill(running.pid, 'SIGSTOP');
    const asked = performance.now();
    expect(await rejection(commitScore(a.store, match, 3))).toMatchObject({
      code: 'STORE_TIMEOUT',
      retryable: true,
    });
    expect(performance.now() - asked).toBeLessThan(1_000);
    const again = performance.now();
    expect(await rejection(commitScore(a.store, match, 3))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(performance.now() - again).toBeLessThan(50);
    await until('b noticed by itself', isDown(b.store));
    expect(a.store.view(match.id)?.score?.score?.home).toBe(2);
    process.kill(running.pid, 'SIGCONT');
    await commitAgain(a.store, 4);
    await until('b has heard what a has', () => b.heard.length === a.heard.length);
    const seqs = a.heard.map((message) => message.position.seq);
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
    expect(b.heard).toEqual(a.heard);
    expect(a.resyncs() + b.resyncs()).toBe(0);
    expect(a.store.health().lastErrorCode).toBeUndefined();
  });

  test('a pause is survived without a resync', async () => {
    const { url } = await server();
    const a = await joined(url);
    await commitScores(a.store, match, 1);
    await (await commandsTo(url)).call('CLIENT', 'PAUSE', '1000', 'ALL');
    await until('it noticed', isDown(a.store));
    await until('it is back', isWell(a.store));
    expect(await commitAgain(a.store, 2)).toEndWith(':2');
    expect(a.resyncs()).toBe(0);
  });

  test('full memory refuses writes, and is not taken for an absence', async () => {
    const { url } = await server();
    const a = await joined(url);
    await commitScores(a.store, match, 1);
    const redis = await commandsTo(url);
    await redis.config('SET', 'maxmemory', '1');
    expect(await rejection(commitScore(a.store, match, 2))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { reply: 'OOM' },
    });
    expect(isWell(a.store)()).toBe(true);
    await redis.config('SET', 'maxmemory', '0');
    expect(place(await commitScore(a.store, match, 2))).toEndWith(':2');
  });
});

describe('start', () => {
  test('rejects when nobody is there, and works later, asked again', async () => {
    const first = await server();
    await first.end();
    const { store, log } = storeOn(first.url);
    expect(await rejection(store.start())).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(store.health()).toMatchObject({ status: 'down', lastErrorCode: 'STORE_UNAVAILABLE' });
    expect(await rejection(commitScore(store, match, 1))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server({ port: first.port });
    await until('a start succeeds', () =>
      store.start().then(
        () => true,
        () => false,
      ),
    );
    expect(place(await commitScore(store, match, 1))).toBe(`${store.epoch()}:1`);
    expect(log.lines.map((line) => line.message)).toEqual(['redis is away', 'redis is back']);
  });

  test('with a wrong password or database is refused, and the password stays secret', async () => {
    const { url } = await server();
    const redis = await commandsTo(url);
    await redis.config('SET', 'requirepass', 'right-password');
    const address = new URL(url).host;
    for (const wrong of [
      `redis://:hunter2secret@${address}`,
      `redis://nobody:hunter2secret@${address}`,
      `redis://${address}`,
      `redis://:right-password@${address}/99`,
    ]) {
      const { store, log } = storeOn(wrong);
      const error = await rejection(store.start());
      expect(error).toMatchObject({ code: 'STORE_ACCESS_REFUSED', retryable: false });
      const shown = Bun.inspect([error, store.health(), log.lines], { depth: 10 });
      expect(shown).not.toContain('hunter2secret');
      expect(shown).not.toContain('right-password');
      await store.stop();
    }
    const right = await joined(`redis://:right-password@${address}/3`);
    expect(right.store.health().status).toBe('ok');
  });

  test('can be stopped half-way, and a stopped store says so', async () => {
    const first = await server();
    await first.end();
    const { store } = storeOn(first.url);
    const starting = rejection(store.start());
    await store.stop();
    expect(await starting).toMatchObject({ code: 'STORE_STOPPED' });
    expect(await rejection(store.start())).toMatchObject({ code: 'STORE_STOPPED' });
    expect(await rejection(store.commit(scoreChange(store, match, 1)))).toMatchObject({
      code: 'STORE_STOPPED',
    });
    expect(await store.since(match.id, 'scores', { epoch: '', seq: 0 })).toBeUndefined();
  });
});
