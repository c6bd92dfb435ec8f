import { expect, test } from 'bun:test';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { seconds } from '../domain/time.ts';
import { seldom } from './seldom.ts';

test('what happens often is said at once, then now and then with how often', async () => {
  const clock = new FakeClock();
  const said: number[] = [];
  const happens = seldom(clock, seconds(60), (times) => said.push(times));
  for (let n = 0; n < 5; n++) happens();
  expect(said).toEqual([1]);
  await clock.advance(seconds(60));
  happens();
  happens();
  await clock.advance(seconds(61));
  happens();
  expect(said).toEqual([1, 5, 2]);
});
