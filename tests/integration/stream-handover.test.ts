import { afterEach, describe, expect, test } from 'bun:test';
import { Type } from 'typebox';
import { defaultIntervals } from '../../src/config/polling-config.ts';
import { providerId } from '../../src/domain/ids.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { seconds } from '../../src/domain/time.ts';
import { PollingManager } from '../../src/polling/polling-manager.ts';
import type { Leadership } from '../../src/ports/leadership.ts';
import type { PollingOverride } from '../../src/ports/polling.ts';
import type { PollAnswer, PollTarget, ProviderDefinition } from '../../src/ports/provider.ts';
import { ProviderError } from '../../src/ports/provider-error.ts';
import { buildProviders } from '../../src/providers/build-providers.ts';
import { MemoryLiveStore } from '../../src/stores/memory/memory-live-store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { keptLog } from '../support/kept-log.ts';
import { batchOf, HEARTBEAT, priceOf, ScriptedStream } from '../support/scripted-stream.ts';

const TARGETS: readonly PollTarget[] = [
  { id: 'names', kind: 'markets', sport: 'soccer', minInterval: seconds(300) },
  { id: 'prices', kind: 'markets', sport: 'soccer', fallback: true },
];

const lost = new ProviderError('PROVIDER_UNREACHABLE', 'the connection was closed');
const refused = new ProviderError('PROVIDER_KEY_REFUSED', 'no such session');

/** Leadership that the test gives and takes. */
class Office implements Leadership {
  #leads = false;
  #listener: (leads: boolean) => void = () => {};
  isLeader = () => this.#leads;
  token = () => 1;
  onChange(listener: (leads: boolean) => void): () => void {
    this.#listener = listener;
    return () => {};
  }
  become(leads: boolean): void {
    this.#leads = leads;
    this.#listener(leads);
  }
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A manager over one provider with a stream, a poll that stands in for it, and one that does not. */
async function house(chance = 0.5) {
  const clock = new FakeClock();
  const stream = new ScriptedStream();
  const office = new Office();
  const polls: { readonly target: string; answer(price: number): void; fail(error: Error): void }[] = [];
  const said: string[] = [];
  const observations: Observation[] = [];
  const poll = (target: PollTarget, signal: AbortSignal): Promise<PollAnswer> => {
    const requestedAt = clock.now();
    const answered = Promise.withResolvers<PollAnswer>();
    signal.addEventListener('abort', () => answered.reject(signal.reason));
    polls.push({
      target: target.id,
      answer: (price) =>
        answered.resolve({
          statements: [priceOf('1', price)],
          dropped: [],
          requestedAt,
          receivedAt: clock.now(),
          notModified: false,
        }),
      fail: answered.reject,
    });
    return answered.promise;
  };
  const acme: ProviderDefinition = {
    id: providerId('acme'),
    name: 'Acme',
    sports: ['soccer'],
    offers: ['markets'],
    pace: {
      minInterval: seconds(1),
      timeout: seconds(5),
      stream: { expectEvery: seconds(2), deadAfter: seconds(10), openWithin: seconds(30) },
    },
    settings: Type.Object({}),
    decode: () => ({ statements: [], dropped: [] }),
    create: () => ({ targets: () => TARGETS, poll, connect: stream.connect }),
  };
  const providers = buildProviders({
    definitions: [acme],
    enabled: new Map([[acme.id, {}]]),
    disabled: new Map(),
    clock,
    userAgent: 'touchline/test',
  });
  const log = keptLog();
  const overrides: PollingOverride[] = [];
  const manager = new PollingManager({
    providers: providers.running,
    intervals: defaultIntervals,
    live: new MemoryLiveStore({ clock }),
    history: {
      overrides: async () => overrides,
      changeOverride: async ({ interval, ...rest }) => {
        if (interval !== null) overrides.push({ ...rest, interval });
      },
      onOverridesChanged: () => () => {},
    },
    leadership: office,
    clock,
    chance: () => chance,
    log,
    onPolled: () => {},
    sink: {
      accept: async (batch) => {
        observations.push(...batch);
        said.push(...batch.map(({ markets }) => String(markets?.[0]?.quotes[0]?.price ?? 'none')));
        return { accepted: batch.length, unresolved: 0, changed: 0 };
      },
    },
  });
  await manager.start();
  stops.push(async () => {
    await manager.stop();
    await providers.close();
    expect({ timers: clock.waiting, connections: stream.open }).toEqual({ timers: 0, connections: 0 });
  });
  return {
    clock,
    stream,
    office,
    manager,
    log,
    observations,
    polls,
    /** Polls of the stand-in so far. */
    standIns: () => polls.filter(({ target }) => target === 'prices'),
    /** What reached the sink since the last time. */
    news: () => said.splice(0),
    states: () =>
      Object.fromEntries(manager.status().tasks.map(({ taskId, state }) => [taskId.slice(5), state])),
    task: (id: string) => manager.status().tasks.find(({ taskId }) => taskId === `acme:${id}`),
    health: () => providers.health.all()[0],
    hear: async (price: number, whole = false) => {
      stream.last.push(batchOf([priceOf('1', price)], whole));
      await clock.advance(0);
    },
  };
}

describe('a stream and the polls that stand in for it', () => {
  test('the poll runs until the stream is open, and again at once when it is down: no gap, no overlap', async () => {
    const { clock, stream, office, standIns, news, states, hear } = await house();
    office.become(true);
    await clock.advance(0);
    expect(states()).toMatchObject({ stream: 'connecting', prices: 'polling' });
    standIns()[0]?.answer(1.1);
    await clock.advance(0);
    expect(news()).toEqual(['1.1']);

    await hear(1.2, true);
    expect(states()).toMatchObject({ stream: 'open', prices: 'standby' });
    await hear(1.3);
    for (let beat = 0; beat < 20; beat++) {
      stream.last.push(HEARTBEAT);
      await clock.advance(seconds(2));
    }
    expect(standIns()).toHaveLength(1);
    // What stands is confirmed now and then; nothing else is said.
    expect(news()).toEqual(['1.2', '1.3', '1.3', '1.3']);

    stream.last.end(lost);
    await clock.advance(0);
    expect(states()).toMatchObject({ stream: 'reconnecting', prices: 'polling' });
    expect(standIns()).toHaveLength(2);
    standIns()[1]?.answer(1.4);
    await clock.advance(0);
    await clock.advance(seconds(1));
    await hear(1.5, true);
    expect(states()).toMatchObject({ stream: 'open', prices: 'standby' });
    expect(news()).toEqual(['1.4', '1.5']);
  });

  test('a poll under way when the stream opens comes to nothing', async () => {
    const { clock, office, standIns, news, hear } = await house();
    office.become(true);
    await clock.advance(0);
    await hear(1.2, true);
    standIns()[0]?.answer(9.9);
    await clock.advance(seconds(1));
    expect(news()).toEqual(['1.2']);
  });

  test('observations of both are in the order of our time', async () => {
    const { clock, stream, office, standIns, observations, hear } = await house(0);
    office.become(true);
    for (let round = 0; round < 20; round++) {
      await clock.advance(seconds(2));
      standIns()
        .at(-1)
        ?.answer(2 + round / 100);
      await clock.advance(10);
      await hear(1 + round / 100, true);
      await clock.advance(seconds(1));
      await hear(1.5 + round / 100);
      stream.last.end(lost);
    }
    const times = observations.map(({ receivedAt }) => Number(receivedAt));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(observations.length).toBeGreaterThan(50);
  });

  test('a stream that flaps does not make the poll faster than its terms', async () => {
    const { clock, stream, office, standIns, hear } = await house();
    office.become(true);
    await clock.advance(0);
    standIns()[0]?.answer(1.1);
    for (let flap = 0; flap < 8; flap++) {
      await clock.advance(100);
      if (stream.open === 0) continue;
      await hear(1.2, true);
      stream.last.end(lost);
      await clock.advance(0);
    }
    expect(standIns().length).toBeLessThanOrEqual(2);
  });

  test('a refused key stops all of the provider, and an operator wakes all of it', async () => {
    const { clock, stream, office, manager, states, log, health } = await house();
    office.become(true);
    await clock.advance(0);
    stream.last.end(refused);
    await clock.advance(seconds(3_600));
    expect(states()).toEqual({ names: 'stopped', prices: 'stopped', stream: 'stopped' });
    expect(stream.connections).toHaveLength(1);
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(health()).toMatchObject({ status: 'down', stream: { state: 'stopped', losses: 1 } });

    await manager.change({ scope: { sport: 'soccer' }, interval: 5_000 }, 'ann');
    await clock.advance(0);
    expect(states()).toMatchObject({ prices: 'polling', stream: 'connecting' });
  });

  test('a key that a poll finds refused closes the stream too', async () => {
    const { clock, stream, office, standIns, states } = await house();
    office.become(true);
    await clock.advance(0);
    standIns()[0]?.fail(refused);
    await clock.advance(0);
    expect(states()).toMatchObject({ names: 'stopped', prices: 'stopped', stream: 'stopped' });
    expect(stream.open).toBe(0);
  });

  test('a refused subscription stops the stream, and the poll stands in for good', async () => {
    const { clock, stream, office, standIns, states } = await house();
    office.become(true);
    await clock.advance(0);
    stream.last.end(new ProviderError('PROVIDER_REQUEST_REFUSED', 'too many markets'));
    await clock.advance(0);
    standIns()[0]?.answer(1.1);
    await clock.advance(seconds(700));
    expect(states()).toMatchObject({ stream: 'stopped' });
    expect(standIns().length).toBeGreaterThan(1);
    expect(stream.connections).toHaveLength(1);
  });

  test('only the leader listens, and losing the office ends it with nothing on its way', async () => {
    const { clock, stream, office, states, news, hear } = await house();
    await clock.advance(seconds(60));
    expect(states()).toEqual({ names: 'standby', prices: 'standby', stream: 'standby' });
    expect(stream.connections).toHaveLength(0);
    office.become(true);
    await clock.advance(0);
    await hear(1.2, true);
    office.become(false);
    await clock.advance(seconds(60));
    expect(states()).toEqual({ names: 'standby', prices: 'standby', stream: 'standby' });
    expect({ open: stream.open, timers: clock.waiting }).toEqual({ open: 0, timers: 0 });
    news();
    office.become(true);
    await clock.advance(0);
    await hear(1.3, true);
    expect(news()).toEqual(['1.3']);
  });

  test('shows up as a task and in the health of its provider', async () => {
    const { clock, stream, office, task, health, manager, polls, hear } = await house();
    office.become(true);
    await clock.advance(0);
    await hear(1.2, true);
    const heardAt = clock.now();
    expect(task('stream')).toMatchObject({
      kind: 'stream',
      state: 'open',
      scope: { sport: 'soccer' },
      intervalMs: 2_000,
      reason: 'heard at least every 2 s',
      matches: 1,
      lastRunAt: heardAt,
      runs: 1,
      failures: 0,
      lastErrorCode: null,
      nextRunAt: null,
    });
    expect(manager.counts()).toMatchObject({ open: 1, standby: 1 });
    stream.last.push({ kind: 'heartbeat', sentAt: clock.now() });
    await clock.advance(seconds(4));
    expect(health()?.stream).toMatchObject({
      state: 'silent',
      lastMessageAt: heardAt,
      lag: 0,
      connections: 1,
    });
    await clock.advance(seconds(6));
    expect(health()?.stream).toMatchObject({ state: 'reconnecting', losses: 1 });
    expect(task('stream')?.reason).toBe(
      'PROVIDER_TIMEOUT, 1 in a row; next attempt at 2026-01-03T15:00:10.500Z',
    );
    expect(task('prices')?.reason).toEndWith('; while the stream is down');
    expect(task('names')?.intervalMs).toBe(600_000);
    polls.find(({ target }) => target === 'names')?.answer(1.1);
    await clock.advance(0);
    await manager.change({ taskId: 'acme:names', interval: 1_000 }, 'ann');
    expect(task('names')?.reason).toStartWith(
      "far_off (override:task) 1 s; raised to 5 min by the provider's terms",
    );
  });
});
