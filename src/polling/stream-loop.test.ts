import { describe, expect, test } from 'bun:test';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { batchOf, HEARTBEAT, priceOf, ScriptedStream } from '../../tests/support/scripted-stream.ts';
import { after, type EpochMs, seconds } from '../domain/time.ts';
import { ProviderError, type ProviderErrorCode } from '../ports/provider-error.ts';
import { StreamLoop } from './stream-loop.ts';

const pace = { expectEvery: seconds(2), deadAfter: seconds(10), openWithin: seconds(30) };
const WHOLE = batchOf([priceOf('1', 1.5)], true);
const lost = new ProviderError('PROVIDER_UNREACHABLE', 'the connection was closed');

/** A loop over a scripted stream; `told` is all that it says, in order. */
function loopOver(chance: () => number = () => 0.5) {
  const clock = new FakeClock();
  const stream = new ScriptedStream();
  const told: string[] = [];
  const connectedAt: EpochMs[] = [];
  const loop = new StreamLoop({
    clock,
    chance,
    pace,
    connect: (signal) => {
      connectedAt.push(clock.now());
      return stream.connect(signal);
    },
    onOpened: () => told.push('opened'),
    onBatch: ({ statements }) => told.push(`batch ${statements.length}`),
    onHeartbeat: () => told.push('heartbeat'),
    onDown: () => told.push('down'),
    onFailed: (error) => told.push(error.code),
    onFault: (error) => told.push(`fault ${error instanceof Error ? error.message : error}`),
    onStopped: (error) => told.push(`stopped ${error.code}`),
  });
  /** What was told since the last time. */
  const news = () => told.splice(0);
  /** Switched on, connected, and all of it heard. */
  const opened = async () => {
    loop.resume();
    await clock.advance(0);
    stream.last.push(WHOLE);
    await clock.advance(0);
    news();
  };
  const over = async () => {
    await loop.pause();
    expect(clock.waiting).toBe(0);
    expect(stream.open).toBe(0);
  };
  return { clock, stream, loop, news, opened, over, connectedAt };
}

describe('the stream loop', () => {
  test('is open when all has been heard, and not before', async () => {
    const { clock, stream, loop, news, over } = loopOver();
    expect(loop.state).toBe('standby');
    loop.resume();
    await clock.advance(0);
    stream.last.push(HEARTBEAT, batchOf([priceOf('1', 1.4)]));
    await clock.advance(0);
    expect({ state: loop.state, news: news() }).toEqual({ state: 'connecting', news: ['down'] });
    stream.last.push(WHOLE, HEARTBEAT, batchOf([priceOf('1', 1.6), priceOf('2', 3)]));
    await clock.advance(0);
    expect({ state: loop.state, news: news() }).toEqual({
      state: 'open',
      news: ['opened', 'batch 1', 'heartbeat', 'batch 2'],
    });
    await over();
    expect(loop.state).toBe('standby');
  });

  test('tells a silence from a death, and a heartbeat ends the silence', async () => {
    const { clock, stream, loop, news, opened, over } = loopOver();
    await opened();
    await clock.advance(seconds(2.9));
    expect(loop.state).toBe('open');
    await clock.advance(seconds(0.2));
    expect({ state: loop.state, news: news() }).toEqual({ state: 'silent', news: [] });
    stream.last.push(HEARTBEAT);
    await clock.advance(0);
    expect({ state: loop.state, news: news() }).toEqual({ state: 'open', news: ['heartbeat'] });

    await clock.advance(seconds(9.9));
    expect({ state: loop.state, news: news() }).toEqual({ state: 'silent', news: [] });
    await clock.advance(seconds(0.1));
    expect({ state: loop.state, news: news() }).toEqual({
      state: 'reconnecting',
      news: ['down', 'PROVIDER_TIMEOUT'],
    });
    expect(stream.open).toBe(0);
    await over();
  });

  test('heartbeats alone keep it alive for ever', async () => {
    const { clock, stream, loop, opened, over } = loopOver();
    await opened();
    for (let beat = 0; beat < 100; beat++) {
      await clock.advance(seconds(2));
      stream.last.push(HEARTBEAT);
    }
    await clock.advance(0);
    expect({ state: loop.state, connections: loop.connections }).toEqual({ state: 'open', connections: 1 });
    await over();
  });

  test('gives up a connection that does not open, heartbeats or not', async () => {
    const { clock, stream, loop, news, over } = loopOver();
    loop.resume();
    for (let beat = 0; beat < 15; beat++) {
      await clock.advance(seconds(1.99));
      stream.last.push(HEARTBEAT);
    }
    expect(loop.state).toBe('connecting');
    await clock.advance(seconds(0.2));
    expect({ state: loop.state, news: news() }).toEqual({
      state: 'reconnecting',
      news: ['down', 'PROVIDER_TIMEOUT'],
    });
    await over();
  });

  test('waits longer with each failure, up to a minute, and begins anew after a lasting connection', async () => {
    const { clock, stream, loop, connectedAt, over } = loopOver(() => 0.999_999_9);
    loop.resume();
    await clock.advance(0);
    const fail = async () => {
      const [failedAt, connections] = [clock.now(), connectedAt.length];
      stream.last.end(lost);
      while (connectedAt.length === connections) await clock.advance(seconds(1));
      return clock.now() - failedAt;
    };
    const waits: number[] = [];
    for (let failure = 0; failure < 9; failure++) waits.push(await fail());
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map(seconds));

    stream.last.push(WHOLE);
    await clock.advance(0);
    expect(await fail()).toBe(seconds(60));
    stream.last.push(WHOLE);
    for (let beat = 0; beat < 15; beat++) {
      await clock.advance(seconds(2));
      stream.last.push(HEARTBEAT);
    }
    expect(await fail()).toBe(seconds(1));
    await over();
  });

  test('keeps to the instant that the provider told', async () => {
    const { clock, stream, loop, connectedAt, over } = loopOver();
    loop.resume();
    await clock.advance(0);
    const retryAt = after(clock.now(), seconds(1_200));
    stream.last.end(new ProviderError('PROVIDER_RATE_LIMITED', 'too many connections', { retryAt }));
    await clock.advance(seconds(1_199));
    expect({ state: loop.state, connections: connectedAt.length }).toEqual({
      state: 'reconnecting',
      connections: 1,
    });
    expect(loop.reason()).toContain('PROVIDER_RATE_LIMITED, 1 in a row; next attempt at 2026-01-03T15:20:00');
    await clock.advance(seconds(2));
    expect(connectedAt).toHaveLength(2);
    await over();
  });

  test.each<ProviderErrorCode>(['PROVIDER_KEY_REFUSED', 'PROVIDER_REQUEST_REFUSED'])(
    '%s stops it for good, and only being resumed wakes it',
    async (code) => {
      const { clock, stream, loop, news, opened } = loopOver();
      await opened();
      stream.last.end(new ProviderError(code, 'never again'));
      await clock.advance(seconds(100_000));
      expect({ state: loop.state, news: news() }).toEqual({
        state: 'stopped',
        news: ['down', code, `stopped ${code}`],
      });
      expect({ connections: loop.connections, timers: clock.waiting }).toEqual({ connections: 1, timers: 0 });
      expect(loop.reason()).toBe(`${code}: never again`);
      loop.resume();
      await clock.advance(0);
      expect(loop.connections).toBe(2);
      await loop.pause();
    },
  );

  test('says once that it is down, however many attempts fail', async () => {
    const { clock, stream, news, opened, over } = loopOver(() => 0);
    await opened();
    for (let failure = 0; failure < 4; failure++) {
      stream.last.end(lost);
      await clock.advance(0);
    }
    expect(news().filter((word) => word === 'down')).toHaveLength(1);
    stream.last.push(WHOLE);
    await clock.advance(0);
    expect(news()).toEqual(['opened', 'batch 1']);
    await over();
  });

  test('an end in peace is no failure: there is nothing to follow now', async () => {
    const { clock, stream, loop, news, over } = loopOver();
    loop.resume();
    await clock.advance(0);
    stream.last.end();
    await clock.advance(0);
    expect({ state: loop.state, losses: loop.losses, news: news() }).toEqual({
      state: 'reconnecting',
      losses: 0,
      news: ['down'],
    });
    expect(loop.reason()).toStartWith('nothing to follow at present');
    await clock.advance(seconds(46));
    expect(loop.connections).toBe(2);
    await over();
  });

  test('a fault of ours is told, and it goes on', async () => {
    const { clock, stream, loop, news, opened, over } = loopOver();
    await opened();
    stream.last.end(new TypeError('a bug'));
    await clock.advance(seconds(1));
    expect(news()).toEqual(['down', 'fault a bug']);
    expect(loop.connections).toBe(2);
    await over();
  });

  test('switched off and on at once, it never listens twice', async () => {
    const { clock, stream, loop, opened, over } = loopOver();
    await opened();
    const off = loop.pause();
    loop.resume();
    await off;
    await clock.advance(0);
    expect({ open: stream.open, connections: stream.connections.length }).toEqual({
      open: 1,
      connections: 2,
    });
    await over();
  });

  test('tells how late messages are, by their own time', async () => {
    const { clock, stream, loop, opened, over } = loopOver();
    await opened();
    stream.last.push({ kind: 'heartbeat', sentAt: after(clock.now(), -340) });
    await clock.advance(0);
    expect(loop.lag).toBe(340);
    stream.last.push({ kind: 'heartbeat', sentAt: after(clock.now(), seconds(5)) });
    await clock.advance(0);
    expect(loop.lag).toBe(0);
    await over();
  });
});
