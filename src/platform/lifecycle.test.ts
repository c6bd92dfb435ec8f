import { describe, expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { seconds } from '../domain/time.ts';
import type { Part } from '../ports/part.ts';
import { createLifecycle } from './lifecycle.ts';
import { runUntilSignal } from './run-until-signal.ts';

interface Behaviour {
  readonly start?: () => Promise<void>;
  readonly stop?: () => Promise<void>;
}

const never = () => new Promise<void>(() => {});
const fails = (message: string) => async () => {
  throw new Error(message);
};

function stage(behaviours: Record<string, Behaviour>) {
  const said: string[] = [];
  const logged: string[] = [];
  const clock = new FakeClock();
  const parts: Part[] = Object.entries(behaviours).map(([name, behaviour]) => ({
    name,
    start: async () => {
      said.push(`${name} →`);
      await behaviour.start?.();
    },
    stop: async () => {
      said.push(`${name} ←`);
      await behaviour.stop?.();
    },
  }));
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line).msg) });
  return { said, logged, clock, log, lifecycle: createLifecycle({ parts, log, clock }) };
}

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

describe('lifecycle', () => {
  test('starts in order, stops in the opposite order, and each only once', async () => {
    const { said, lifecycle, clock } = stage({ store: {}, polling: {}, http: {} });
    expect(lifecycle.state()).toBe('starting');
    expect(lifecycle.start()).toBe(lifecycle.start());
    await lifecycle.start();
    expect(lifecycle.state()).toBe('ready');
    const stopping = lifecycle.stop();
    expect(lifecycle.state()).toBe('draining');
    expect(lifecycle.stop()).toBe(stopping);
    expect(await stopping).toBe('clean');
    expect(lifecycle.state()).toBe('stopped');
    expect(said).toEqual(['store →', 'polling →', 'http →', 'http ←', 'polling ←', 'store ←']);
    expect(clock.waiting).toBe(0);
  });

  test('a failed start stops what was begun, the failed part included, and rejects with its error', async () => {
    const { said, logged, lifecycle } = stage({
      store: {},
      http: { start: fails('port taken') },
      polling: {},
    });
    await expect(lifecycle.start()).rejects.toThrow('port taken');
    expect(logged).toEqual(['part failed to start']);
    expect(said).toEqual(['store →', 'http →', 'http ←', 'store ←']);
    expect(lifecycle.state()).toBe('stopped');
  });

  test('a stop during the start lets no further part start', async () => {
    const gate = Promise.withResolvers<void>();
    const { said, lifecycle } = stage({ store: { start: () => gate.promise }, http: {} });
    const starting = lifecycle.start();
    const stopping = lifecycle.stop();
    gate.resolve();
    await Promise.all([starting, stopping]);
    expect(said).toEqual(['store →', 'store ←']);
    await expect(stage({}).lifecycle.stop()).resolves.toBe('clean');
  });

  test('a part whose stop throws does not keep the others from stopping', async () => {
    const { said, lifecycle } = stage({ store: {}, http: { stop: fails('stuck') } });
    await lifecycle.start();
    expect(await lifecycle.stop()).toBe('failed');
    expect(said.at(-1)).toBe('store ←');
  });

  test('one deadline bounds the whole stop; past it the rest is told and not waited for', async () => {
    const { said, logged, clock, lifecycle } = stage({
      store: { stop: never },
      polling: { stop: never },
      http: {},
    });
    await lifecycle.start();
    const stopping = lifecycle.stop();
    await clock.advance(seconds(9.9));
    expect(lifecycle.state()).toBe('draining');
    await clock.advance(seconds(0.1));
    expect(await stopping).toBe('overdue');
    expect(said.slice(3)).toEqual(['http ←', 'polling ←', 'store ←']);
    expect(logged).toEqual(['part did not stop in time']);
  });
});

describe('runUntilSignal', () => {
  const endings = [
    { name: 'SIGTERM after a clean stop', parts: { a: {} }, event: 'SIGTERM', code: 0 },
    { name: 'SIGINT after a clean stop', parts: { a: {} }, event: 'SIGINT', code: 0 },
    { name: 'a stop that fails', parts: { a: { stop: fails('x') } }, event: 'SIGTERM', code: 1 },
    { name: 'an uncaught exception', parts: { a: {} }, event: 'uncaughtException', code: 1 },
    { name: 'an unhandled rejection', parts: { a: {} }, event: 'unhandledRejection', code: 1 },
  ];
  for (const { name, parts, event, code } of endings) {
    test(`${name} ends with ${code}`, async () => {
      const { lifecycle, log, said } = stage(parts);
      const events = new FakeProcess();
      const onReady = () => void events.emit(event, event);
      expect(await runUntilSignal({ lifecycle, log, events, onReady })).toBe(code);
      expect(said).toEqual(['a →', 'a ←']);
      expect(events.eventNames()).toEqual([]);
      expect(events.exits).toEqual([]);
    });
  }

  test('a failed start ends with 1 and is never ready', async () => {
    const { lifecycle, log, logged } = stage({ a: { start: fails('x') } });
    const events = new FakeProcess();
    const onReady = () => void events.exits.push(-1);
    expect(await runUntilSignal({ lifecycle, log, events, onReady })).toBe(1);
    expect(events.exits).toEqual([]);
    expect(logged).toContain('part failed to start');
  });

  test('a signal during the start stops it', async () => {
    const gate = Promise.withResolvers<void>();
    const { lifecycle, log, said } = stage({ a: { start: () => gate.promise }, b: {} });
    const events = new FakeProcess();
    const running = runUntilSignal({ lifecycle, log, events });
    events.emit('SIGTERM', 'SIGTERM');
    gate.resolve();
    expect(await running).toBe(0);
    expect(said).toEqual(['a →', 'a ←']);
  });

  test('a second signal ends at once', async () => {
    const { lifecycle, log, clock } = stage({ a: { stop: never } });
    const events = new FakeProcess();
    const running = runUntilSignal({
      lifecycle,
      log,
      events,
      onReady: () => void events.emit('SIGTERM', 'SIGTERM'),
    });
    await clock.advance(seconds(1));
    events.emit('SIGINT', 'SIGINT');
    expect(events.exits).toEqual([130]);
    await clock.advance(seconds(9));
    expect(await running).toBe(1);
  });
});
