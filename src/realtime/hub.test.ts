import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import type { WebSocket } from '@fastify/websocket';
import { pino } from 'pino';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { aMatch, aScore, commitScore, scoreChange } from '../../tests/support/views.ts';
import { type Millis, seconds } from '../domain/time.ts';
import { createMetrics } from '../platform/metrics.ts';
import { MemoryLiveStore } from '../stores/memory/memory-live-store.ts';
import { LiveHub } from './hub.ts';
import type { LiveRequest } from './live-request.ts';

interface Heard {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The hub's side of a socket: what buffers and peers do is set by the test. */
class Peer extends EventEmitter {
  readonly heard: Heard[] = [];
  readonly closes: number[] = [];
  bufferedAmount = 0;
  pings = 0;
  terminated = 0;

  send(text: string): void {
    this.heard.push(JSON.parse(text));
  }
  ping(): void {
    this.pings += 1;
  }
  close(code: number): void {
    this.closes.push(code);
  }
  terminate(): void {
    this.terminated += 1;
    this.emit('close', 1006);
  }
  says(message: string): void {
    this.emit('message', Buffer.from(message), false);
  }
  types(): string[] {
    return this.heard.map(({ type }) => type);
  }
}

const match = aMatch('m1');
const BEAT: Millis = seconds(15);
const TICK: Millis = BEAT / 60;
let clock: FakeClock;
let live: MemoryLiveStore;
let hub: LiveHub;

beforeEach(async () => {
  clock = new FakeClock();
  live = new MemoryLiveStore({ clock });
  const deps = {
    live,
    clock,
    log: pino({ level: 'silent' }),
    metrics: createMetrics({ version: 'test' }).websocket,
  };
  hub = new LiveHub({ heartbeat: BEAT }, deps);
  await hub.start();
});

afterEach(() => {
  expect(hub.connections()).toBe(0);
  expect(hub.channels()).toBe(0);
  // The timer runs only while there are sockets.
  expect(clock.waiting).toBe(0);
});

function join(request: Partial<LiveRequest> = {}): Peer {
  const peer = new Peer();
  hub.open(peer as unknown as WebSocket, { matchId: match.id, markets: false, ...request }, '192.0.2.1');
  return peer;
}

const leave = (...peers: Peer[]): void => {
  for (const peer of peers) peer.emit('close', 1000);
};

describe('hub', () => {
  test('a socket that answers pings stays, one that does not is cut after two', async () => {
    const [answering, silent] = [join(), join()];
    for (const beats of [1, 2]) {
      await clock.advance(BEAT);
      answering.emit('pong');
      expect([answering.pings, silent.pings]).toEqual([beats, beats]);
    }
    await clock.advance(BEAT);
    expect([answering.terminated, silent.terminated]).toEqual([0, 1]);
    leave(answering);
  });

  test('ping frames count against the limit', () => {
    const peer = join();
    for (let sent = 0; sent < 50; sent++) peer.emit('ping', Buffer.alloc(0));
    expect(peer.closes).toEqual([]);
    peer.emit('ping', Buffer.alloc(0));
    expect(peer.closes).toEqual([4002]);
    leave(peer);
  });

  test('a client that asks and does not read fills no buffer with answers', () => {
    const peer = join();
    peer.bufferedAmount = 1_000_000;
    for (const _ of [1, 2, 3]) peer.says('{"type":"ping"}');
    peer.says('x');
    expect(peer.types()).toEqual(['snapshot', 'pong']);
    leave(peer);
  });

  test('a full buffer: nothing until it is half empty, then one snapshot of now', async () => {
    const [slow, other] = [join(), join()];
    slow.bufferedAmount = 128 * 1024 + 1;
    for (const home of [1, 2, 3]) await commitScore(live, match, home);
    slow.bufferedAmount = 64 * 1024 + 1;
    await clock.advance(TICK);
    expect(slow.types()).toEqual(['snapshot', 'score_update']);
    slow.bufferedAmount = 64 * 1024;
    await clock.advance(TICK);
    await commitScore(live, match, 4);
    expect(slow.heard.slice(2)).toMatchObject([
      { type: 'snapshot', conflated: true, seq: 3, data: { homeScore: 3 } },
      { type: 'score_update', seq: 4 },
    ]);
    expect(other.types()).toEqual([
      'snapshot',
      'score_update',
      'score_update',
      'score_update',
      'score_update',
    ]);
    leave(slow, other);
  });

  test('far too much unsent ends a socket that is behind at once', async () => {
    const peer = join();
    peer.bufferedAmount = 4 * 1024 * 1024 + 1;
    for (const home of [1, 2]) await commitScore(live, match, home);
    await clock.advance(TICK);
    expect(peer.closes).toEqual([4001]);
    leave(peer);
  });

  test('a position that the log answers for, but the match has not reached, is a resync', async () => {
    await commitScore(live, match, 1);
    live.since = async () => [];
    const peer = join({ since: { epoch: live.epoch(), seq: 9 } });
    await clock.advance(0);
    expect(peer.types()).toEqual(['resync', 'snapshot']);
    leave(peer);
  });

  test('a gap in what the store tells is never passed on', async () => {
    const told: ((message: never) => void)[] = [];
    live.onMessage((message) => {
      if (message.position.seq !== 2) for (const hear of told) hear(message as never);
    });
    live.onMessage = (listener) => {
      told.push(listener);
      return () => {};
    };
    const lossy = new LiveHub(
      {},
      { live, clock, log: pino({ level: 'silent' }), metrics: createMetrics({ version: 'test' }).websocket },
    );
    await lossy.start();
    const peer = new Peer();
    lossy.open(peer as unknown as WebSocket, { matchId: match.id, markets: false }, '192.0.2.1');
    for (const home of [1, 2, 3, 4]) await commitScore(live, match, home);
    expect(peer.heard.map(({ type, seq }) => `${type} ${seq}`)).toEqual([
      'snapshot 0',
      'score_update 1',
      'resync 3',
      'snapshot 3',
      'score_update 4',
    ]);
    leave(peer);
  });

  test('snapshots are made once for many, and anew when the ages in them or the store are not as they were', async () => {
    const sources = aScore(1, 0).sources.map((source) => ({ ...source, observedAt: clock.now() }));
    await live.commit(scoreChange(live, match, 1, { scores: aScore(1, 0, { sources }) }));
    const peers = [join(), join()];
    await clock.advance(seconds(1));
    peers.push(join());
    const { since } = live.health();
    live.health = () => ({ kind: 'redis', status: 'down', since });
    peers.push(join());
    const said = peers.map(({ heard }) => heard[0]?.data as { sources: { ageMs: number }[]; stale: boolean });
    expect(said.map(({ sources: [source], stale }) => [source?.ageMs, stale])).toEqual([
      [0, false],
      [0, false],
      [1_000, false],
      [1_000, true],
    ]);
    leave(...peers);
  });

  test('a fault of ours ends the session it hits, and nothing else', async () => {
    const [good, bad] = [join(), join()];
    bad.send = () => {
      throw new Error('broken');
    };
    await commitScore(live, match, 1);
    expect([bad.closes, good.closes]).toEqual([[1011], []]);
    await commitScore(live, match, 2);
    expect(good.types()).toEqual(['snapshot', 'score_update', 'score_update']);
    const view = live.view.bind(live);
    live.view = () => {
      throw new Error('broken');
    };
    await clock.advance(BEAT);
    live.view = view;
    await clock.advance(BEAT);
    expect(good.types().slice(3)).toEqual(['heartbeat']);
    leave(good);
  });

  test('a socket whose handshake ended in time is not cut, another is', async () => {
    const [polite, stuck] = [join(), join()];
    for (const peer of [polite, stuck]) for (let sent = 0; sent < 10; sent++) peer.says('x');
    expect([polite.closes, stuck.closes]).toEqual([[4500], [4500]]);
    leave(polite);
    const other = join();
    await clock.advance(seconds(3));
    expect([polite.terminated, stuck.terminated]).toEqual([0, 1]);
    leave(other);
  });

  test('a socket that opens while the hub stops is sent away, and after a stop nothing is left', async () => {
    const before = join();
    const stopping = hub.stop();
    const late = join();
    expect([before.closes, late.closes]).toEqual([[1012], [1012]]);
    leave(before, late);
    await stopping;
  });

  test('a stop is over when everybody is gone or cut', async () => {
    const peer = join();
    const stopping = hub.stop();
    await clock.advance(seconds(2));
    await stopping;
    expect(peer.terminated).toBe(1);
  });
});
