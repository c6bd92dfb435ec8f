import { describe, expect, test } from 'bun:test';
import { minutes, seconds } from '../domain/time.ts';
import { idleWait, reconnectWait } from './reconnect.ts';

describe('the wait before reconnecting', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [6, 32],
    [7, 60],
    [50, 60],
    [100_000, 60],
  ])('after %i failures is anything up to %i s', (inARow, most) => {
    expect(reconnectWait(inARow, 0)).toBe(0);
    expect(reconnectWait(inARow, 0.5)).toBe(seconds(most) / 2);
    expect(reconnectWait(inARow, 0.999_999_9)).toBeLessThanOrEqual(seconds(most));
    expect(reconnectWait(inARow, 0.999_999_9)).toBeGreaterThan(seconds(most) - 5);
  });

  test('with nothing to follow is half a minute to a minute', () => {
    expect(idleWait(0)).toBe(seconds(30));
    expect(idleWait(0.999_999_9)).toBeLessThanOrEqual(minutes(1));
  });
});
