import { describe, expect, test } from 'bun:test';
import { epochMs, minutes, seconds } from '../domain/time.ts';
import { firstTick, nextTick } from './grid.ts';

const start = epochMs(1_767_452_400_123);

describe('the polling grid', () => {
  test('ticks are one interval apart and do not drift with the time of asking', () => {
    const first = nextTick('espn:scores:nba', seconds(10), start);
    const again = nextTick('espn:scores:nba', seconds(10), epochMs(first + 3_700));
    expect(again - first).toBe(seconds(10));
    expect(nextTick('espn:scores:nba', seconds(10), first)).toBe(epochMs(first + seconds(10)));
  });

  test('a long poll skips the ticks it missed', () => {
    const first = nextTick('espn:scores:nba', seconds(10), start);
    const late = nextTick('espn:scores:nba', seconds(10), epochMs(first + seconds(34)));
    expect(late - first).toBe(seconds(40));
  });

  test('a thousand targets spread evenly over the interval', () => {
    const slots = new Array<number>(10).fill(0);
    for (let n = 0; n < 1_000; n++) {
      const slot = Math.floor(((nextTick(`p:scores:${n}`, seconds(10), start) - start) / seconds(10)) * 10);
      slots[Math.min(9, slot)]! += 1;
    }
    for (const filled of slots) expect(filled).toBeGreaterThan(60);
  });

  test('the first poll comes within three seconds even of a long interval', () => {
    for (let n = 0; n < 100; n++) {
      const wait = firstTick(`p:scores:${n}`, minutes(15), start) - start;
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThan(seconds(3));
    }
  });
});
