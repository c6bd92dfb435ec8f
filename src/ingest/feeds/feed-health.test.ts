import { describe, expect, test } from 'bun:test';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { epochMs, minutes, seconds } from '../../domain/time.ts';
import type { IncomingEvent, IntakeResult } from '../../ports/event-intake.ts';
import { StoreError } from '../../ports/store-error.ts';
import { CountedFeedHealth } from './feed-health.ts';
import { MeteredIntake } from './metered-intake.ts';
import { SampleRing } from './sample-ring.ts';

function aHealth() {
  const clock = new FakeClock();
  const health = new CountedFeedHealth({
    clock,
    staleAfter: minutes(5),
    declared: [{ id: 'acme', name: 'Acme' }],
  });
  const of = (source: string) => health.conditions().find((condition) => condition.source === source);
  return { clock, health, of };
}

describe('the status of a feed', () => {
  const many = (times: number, act: () => void) => {
    for (let i = 0; i < times; i++) act();
  };
  type Scene = ReturnType<typeof aHealth>;
  const table: readonly (readonly [
    name: string,
    act: (scene: Scene) => void | Promise<void>,
    status: string,
  ])[] = [
    ['before anything could come', () => {}, 'healthy'],
    ['never heard', async ({ clock }) => clock.advance(minutes(5)), 'stale'],
    ['heard', ({ health }) => health.accepted('acme'), 'healthy'],
    [
      'silent for less than five minutes',
      async ({ health, clock }) => {
        health.accepted('acme');
        await clock.advance(minutes(5) - 1);
      },
      'healthy',
    ],
    [
      'silent for five minutes',
      async ({ health, clock }) => {
        health.accepted('acme');
        await clock.advance(minutes(5));
      },
      'stale',
    ],
    [
      'heard again, though nothing new',
      async ({ health, clock }) => {
        await clock.advance(minutes(9));
        health.duplicate('acme');
      },
      'healthy',
    ],
    ['four failures', ({ health }) => many(4, () => health.failed('acme', 'EVENT_INVALID')), 'healthy'],
    ['five failures', ({ health }) => many(5, () => health.failed('acme', 'EVENT_INVALID')), 'failing'],
    [
      'every event accepted, and then given up',
      ({ health }) =>
        many(5, () => {
          health.accepted('acme');
          health.failed('acme', 'EVENT_FAILED');
        }),
      'failing',
    ],
    [
      'five failures among many that are good',
      ({ health }) => {
        many(5, () => health.failed('acme', 'EVENT_INVALID'));
        many(11, () => health.accepted('acme'));
      },
      'healthy',
    ],
    [
      'strangers beside a feed that is heard',
      ({ health }) => {
        health.accepted('acme');
        many(500, () => health.refused('acme', 'SIGNATURE_INVALID'));
      },
      'healthy',
    ],
    [
      'silent but for what is refused',
      async ({ health, clock }) => {
        await clock.advance(minutes(5));
        health.refused('acme', 'SIGNATURE_INVALID');
      },
      'failing',
    ],
  ];
  for (const [name, act, status] of table) {
    test(`${name}: ${status}`, async () => {
      const scene = aHealth();
      await act(scene);
      expect(scene.of('acme')?.status as string).toBe(status);
    });
  }
});

test('latencies are from the sender and from our receipt, in percentiles', async () => {
  const { clock, health, of } = aHealth();
  const start = clock.now();
  await clock.advance(seconds(100));
  for (let i = 1; i <= 100; i++)
    health.processed('acme', { occurredAt: epochMs(start), receivedAt: epochMs(clock.now() - i) });
  health.processed('acme', { receivedAt: clock.now() });
  expect(of('acme')).toMatchObject({
    processed: 101,
    latency: {
      fromSender: { p50: 100_000, p95: 100_000, p99: 100_000 },
      fromReceipt: { p50: 50, p95: 95, p99: 99 },
    },
  });
});

test('a sample ring keeps the newest', () => {
  const ring = new SampleRing(4);
  expect(ring.percentiles()).toEqual({ p50: null, p95: null, p99: null });
  for (const sample of [1_000, 1, 2, 3, 4]) ring.add(sample);
  expect(ring.percentiles()).toEqual({ p50: 2, p95: 4, p99: 4 });
});

test('declared feeds are shown unheard; of too many other names the longest silent is forgotten', async () => {
  const { clock, health, of } = aHealth();
  health.accepted('steady');
  for (let i = 0; i < 2_000; i++) {
    health.accepted(`stranger-${i}`);
    if (i % 100 === 0) {
      await clock.advance(1);
      health.accepted('steady');
    }
  }
  expect(health.conditions()).toHaveLength(501);
  expect(of('acme')?.name).toBe('Acme');
  expect(of('steady')?.accepted).toBe(21);
});

describe('a metered intake', () => {
  const events: readonly IncomingEvent[] = ['a', 'a', 'b'].map((source) => ({
    source,
    eventType: 'live_score',
    data: {},
    receivedAt: epochMs(0),
  }));
  const receipt = { itemId: 'ev_1', shardId: 1, sequenceNumber: 1, receivedAt: epochMs(0) };
  const counts = ({ of }: ReturnType<typeof aHealth>, source: string) => {
    const { received, accepted, duplicate, failed } = of(source) ?? {};
    return { received, accepted, duplicate, failed };
  };

  test('counts what became of each event, and hands the results on', async () => {
    const scene = aHealth();
    const results = [
      { accepted: true, ...receipt, duplicate: false },
      { accepted: true, ...receipt, duplicate: true },
      { accepted: false, code: 'EVENT_INVALID', message: 'no' },
    ] as unknown as readonly IntakeResult[];
    const intake = new MeteredIntake({ accept: async () => results, types: () => [] }, scene.health);
    expect(await intake.accept(events)).toBe(results);
    expect(counts(scene, 'a')).toEqual({ received: 2, accepted: 1, duplicate: 1, failed: 0 });
    expect(counts(scene, 'b')).toEqual({ received: 1, accepted: 0, duplicate: 0, failed: 1 });
  });

  test('a store that is away fails them all, with its code', async () => {
    const scene = aHealth();
    const fault = new StoreError('STORE_UNAVAILABLE', 'away');
    const intake = new MeteredIntake({ accept: () => Promise.reject(fault), types: () => [] }, scene.health);
    expect(intake.accept(events)).rejects.toBe(fault);
    await intake.accept(events).catch(() => {});
    expect(counts(scene, 'a')).toEqual({ received: 4, accepted: 0, duplicate: 0, failed: 4 });
    expect(scene.of('b')?.lastErrorCode).toBe('STORE_UNAVAILABLE');
  });
});
