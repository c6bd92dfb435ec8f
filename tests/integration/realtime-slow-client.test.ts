import { afterEach, describe, expect, test } from 'bun:test';
import { seconds } from '../../src/domain/time.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { commitMarkets, commitScore, MATCH, startLive } from './realtime-harness.ts';
import { RawClient } from './realtime-raw-client.ts';

const clock = new FakeClock();
let stage: Awaited<ReturnType<typeof startLive>>;
let slow: RawClient;
afterEach(async () => {
  slow.cut();
  await stage.stop();
  expect(stage.realtime.connections()).toBe(0);
  expect(clock.waiting).toBe(0);
});

const counted = async (name: string) =>
  Number(
    (await stage.metrics.registry.metrics())
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1),
  );

// Loopback takes some megabytes before a socket that nobody reads pushes back.
const MESSAGES = 200;
const SIZE = 100_000;

/** A client that stopped reading, and another that hears everything all the while. */
async function flood() {
  stage = await startLive({ clock });
  await commitScore(stage.live, 1);
  slow = new RawClient(stage.port, `/live/${MATCH.id}?markets=1`);
  await until('the raw client is greeted', () => slow.messages.length === 1);
  slow.stopReading();
  const healthy = stage.connect(`${MATCH.id}?markets=1`);
  await healthy.untilType('snapshot');
  for (let message = 1; message <= MESSAGES; message++) {
    await commitMarkets(stage.live, SIZE);
    await healthy.until(({ type, seq }) => type === 'market_update' && seq === message);
  }
  return healthy;
}

describe('a client that does not read', () => {
  test('makes nobody wait, is sent one snapshot once it reads again, and goes on from there', async () => {
    const healthy = await flood();
    expect(healthy.messages.filter(({ type }) => type === 'market_update')).toHaveLength(MESSAGES);
    expect(slow.messages).toHaveLength(1);

    slow.readOn();
    await until('the buffer is drained', async () => {
      await clock.advance(250);
      return slow.messages.some(({ conflated }) => conflated === true);
    });
    const heard = slow.messages.slice(1);
    const snapshot = heard.findIndex(({ conflated }) => conflated === true);
    // Up to the snapshot everything in order, then nothing of what the snapshot stands for.
    expect(heard.slice(0, snapshot).map(({ seq }) => seq)).toEqual(
      Array.from({ length: snapshot }, (_, index) => index + 1),
    );
    expect(snapshot).toBeLessThan(MESSAGES);
    expect(heard[snapshot]).toMatchObject({ type: 'snapshot', seq: 1, marketsSeq: MESSAGES });
    await commitScore(stage.live, 2);
    await commitMarkets(stage.live);
    await until('it is live again', () => slow.messages.at(-1)?.seq === MESSAGES + 1);
    expect(slow.messages.at(-2)).toMatchObject({ type: 'score_update', seq: 2 });
    expect(await counted('touchline_websocket_conflated_total')).toBe(1);
    await healthy.leave();
  });

  test('is closed when it stays behind for too long', async () => {
    const healthy = await flood();
    await clock.advance(seconds(19));
    expect(stage.realtime.connections()).toBe(2);
    // 20 s behind, then the grace of a handshake that it will never answer.
    await clock.advance(seconds(4));
    await stage.connections(1);
    expect(await counted('touchline_websocket_closed_total{reason="slow_consumer"}')).toBe(1);
    await healthy.leave();
  });
});

test('a peer that gives no sign of life for two heartbeats is cut', async () => {
  stage = await startLive({ clock });
  // A raw client reads, but answers no ping.
  slow = new RawClient(stage.port, `/live/${MATCH.id}`);
  const healthy = stage.connect(MATCH.id);
  await Promise.all([stage.connections(2), healthy.untilType('snapshot')]);
  for (const beats of [1, 2]) {
    await clock.advance(seconds(15));
    await healthy.until(() => healthy.messages.filter(({ type }) => type === 'heartbeat').length === beats);
    // The answer to a ping travels behind the heartbeat: a round trip makes sure that it has arrived.
    healthy.send('{"type":"ping"}');
    await healthy.until(() => healthy.messages.filter(({ type }) => type === 'pong').length === beats);
    expect(stage.realtime.connections()).toBe(2);
  }
  await clock.advance(seconds(15));
  await slow.ended;
  await stage.connections(1);
  expect(await counted('touchline_websocket_closed_total{reason="unresponsive"}')).toBe(1);
  await healthy.leave();
});
