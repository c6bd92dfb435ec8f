import { describe, expect, test } from 'bun:test';
import { priceOf } from '../../tests/support/scripted-stream.ts';
import { providerId } from '../domain/ids.ts';
import type { Observation, Statement } from '../domain/observation.ts';
import { epochMs, seconds } from '../domain/time.ts';
import type { StreamBatch } from '../ports/provider.ts';
import { StreamOutlet } from './stream-outlet.ts';

const START = Date.parse('2026-01-03T15:00:00.000Z');
const at = (span: number) => epochMs(START + span);

const batch = (statements: readonly Statement[], whole = false): StreamBatch => ({
  kind: 'batch',
  statements,
  dropped: [],
  whole,
});

/** What a batch says, in short: `1=1.5` for a price, `2=–` for one that is taken back. */
const inShort = (observations: readonly Observation[]) =>
  observations.map(({ match, markets }) => `${match.externalId}=${markets?.[0]?.quotes[0]?.price ?? '–'}`);

/** An outlet to a sink that takes its time: each batch is let go by `release`. */
function slowOutlet() {
  const batches: (readonly Observation[])[] = [];
  const releases: (() => void)[] = [];
  const faults: unknown[] = [];
  const outlet = new StreamOutlet({
    provider: providerId('acme'),
    onFault: (error) => faults.push(error),
    sink: {
      accept: (observations) => {
        batches.push(observations);
        return new Promise((resolve) => {
          releases.push(() => resolve({ accepted: observations.length, unresolved: 0, changed: 0 }));
        });
      },
    },
  });
  const release = async () => {
    releases.shift()?.();
    await settled();
  };
  return { outlet, batches, release, faults, said: () => batches.map(inShort) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the way of a stream to the sink', () => {
  test('hands on at once what comes to an idle sink, stamped with the moment it came', async () => {
    const { outlet, batches } = slowOutlet();
    outlet.offer(batch([priceOf('1', 1.5)], true), at(40));
    await settled();
    expect(batches.flat()).toEqual([
      { ...priceOf('1', 1.5), provider: providerId('acme'), requestedAt: at(40), receivedAt: at(40) },
    ]);
  });

  test('keeps only the newest of each match while the sink is busy, and counts the others', async () => {
    const { outlet, release, said } = slowOutlet();
    outlet.offer(batch([priceOf('1', 1.5), priceOf('2', 3)], true), at(0));
    await settled();
    for (let n = 1; n <= 10_000; n++) outlet.offer(batch([priceOf('1', 1.5 + n / 10_000)]), at(n / 10));
    outlet.offer(batch([priceOf('2', 3.1)]), at(1_001));
    await release();
    await release();
    expect(said()).toEqual([
      ['1=1.5', '2=3'],
      ['1=2.5', '2=3.1'],
    ]);
    expect(outlet.conflated).toBe(9_999);
  });

  test('is told once more what stands unchanged, every quarter of a minute', async () => {
    const { outlet, batches, release, said } = slowOutlet();
    outlet.offer(batch([priceOf('1', 1.5), priceOf('2', 3)], true), at(0));
    await release();
    for (let n = 1; n <= 20; n++) {
      outlet.confirm(at(seconds(n)));
      if (n === 10) outlet.offer(batch([priceOf('1', 1.6)]), at(seconds(n)));
      await release();
    }
    expect(said()).toEqual([['1=1.5', '2=3'], ['1=1.6'], ['1=1.6', '2=3']]);
    expect(batches[2]?.map(({ receivedAt }) => receivedAt)).toEqual([at(seconds(15)), at(seconds(15))]);
  });

  test('what was taken back is said once and not again', async () => {
    const { outlet, release, said } = slowOutlet();
    outlet.offer(batch([priceOf('1', 1.5), priceOf('2', 3)], true), at(0));
    await release();
    outlet.offer(batch([priceOf('1')]), at(5));
    await release();
    outlet.confirm(at(seconds(20)));
    await release();
    expect(said()).toEqual([['1=1.5', '2=3'], ['1=–'], ['2=3']]);
    expect([...outlet.matches()]).toEqual(['2']);
  });

  test('what a new whole does not name has ended', async () => {
    const { outlet, release, said } = slowOutlet();
    outlet.offer(batch([priceOf('1', 1.5), priceOf('2', 3)], true), at(0));
    await release();
    outlet.offer(batch([priceOf('2', 3)], true), at(seconds(9)));
    await release();
    expect(said()).toEqual([
      ['1=1.5', '2=3'],
      ['1=–', '2=3'],
    ]);
  });

  test('nothing goes out while it is held, and the newest afterwards', async () => {
    const { outlet, said } = slowOutlet();
    const held = Promise.withResolvers<void>();
    outlet.hold(held.promise);
    outlet.offer(batch([priceOf('1', 1.5)], true), at(0));
    outlet.offer(batch([priceOf('1', 1.6)]), at(1));
    await settled();
    expect(said()).toEqual([]);
    held.resolve();
    await settled();
    expect(said()).toEqual([['1=1.6']]);
  });

  test('cleared, it hands nothing on any more', async () => {
    const { outlet, release, said } = slowOutlet();
    outlet.offer(batch([priceOf('1', 1.5)], true), at(0));
    await settled();
    outlet.offer(batch([priceOf('1', 1.6)]), at(1));
    const cleared = outlet.clear();
    await release();
    await cleared;
    outlet.confirm(at(seconds(60)));
    await settled();
    expect(said()).toEqual([['1=1.5']]);
  });

  test('a sink that fails is told of, and the next message goes on', async () => {
    const accepted: string[][] = [];
    const faults: unknown[] = [];
    const outlet = new StreamOutlet({
      provider: providerId('acme'),
      onFault: (error) => faults.push(error),
      sink: {
        accept: async (observations) => {
          if (faults.length === 0) throw new Error('no store');
          accepted.push(inShort(observations));
          return { accepted: 1, unresolved: 0, changed: 0 };
        },
      },
    });
    outlet.offer(batch([priceOf('1', 1.5)], true), at(0));
    await settled();
    outlet.offer(batch([priceOf('1', 1.6)]), at(1));
    await settled();
    expect({ faults: faults.length, accepted }).toEqual({ faults: 1, accepted: [['1=1.6']] });
  });
});
