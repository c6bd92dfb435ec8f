import { expect, test } from 'bun:test';
import { liveStoreContract } from '../../../tests/contracts/live-store-contract.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { aMatch, commitScores } from '../../../tests/support/views.ts';
import { MemoryLiveStore } from './memory-live-store.ts';

liveStoreContract('memory', async (options) => {
  const clock = new FakeClock();
  const store = new MemoryLiveStore({ clock, ...options });
  return { store, pass: (span) => clock.advance(span) };
});

test('an epoch is new with every store, and sorts behind the ones before', async () => {
  const clock = new FakeClock();
  const epochs: string[] = [];
  for (let store = 0; store < 20; store++) {
    epochs.push(new MemoryLiveStore({ clock }).epoch());
    await clock.advance(1);
  }
  expect(epochs.toSorted()).toEqual(epochs);
  expect(new Set(epochs).size).toBe(20);
});

test('evicted matches leave nothing behind', async () => {
  const store = new MemoryLiveStore({ clock: new FakeClock(), epoch: 'e' });
  await commitScores(store, aMatch('m1'), 2);
  await store.evict(aMatch('m1').id);
  expect([...store.views()]).toEqual([]);
  expect(store.epoch()).toBe('e0001');
});

test('thousands of matches share the room for logs, a few have all they want', async () => {
  const store = new MemoryLiveStore({ clock: new FakeClock(), epoch: 'e' });
  const reaches = async (id: string, count: number) =>
    (await store.since(aMatch(id).id, 'scores', { epoch: 'e', seq: 200 - count })) !== undefined;
  await commitScores(store, aMatch('early'), 200);
  expect(await reaches('early', 150)).toBe(true);
  for (let other = 0; other < 5_000; other++) await store.putMatch(aMatch(`m${other}`), 1);
  await commitScores(store, aMatch('late'), 200);
  expect([await reaches('late', 150), await reaches('late', 10)]).toEqual([false, true]);
});
