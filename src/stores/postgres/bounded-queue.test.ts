import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { BoundedQueue } from './bounded-queue.ts';

describe('a bounded queue', () => {
  test('gives what it was given, in order, and knows how many have left', () => {
    const queue = new BoundedQueue<string>(10);
    for (const item of ['a', 'b', 'c']) expect(queue.push(item)).toBe(0);
    expect([queue.shift(), queue.shift(), queue.length, queue.left]).toEqual(['a', 'b', 1, 2]);
    expect([queue.shift(), queue.shift(), queue.length, queue.left]).toEqual(['c', undefined, 0, 3]);
  });

  test('lets the oldest fall when its weight passes the capacity, but never the newest', () => {
    const queue = new BoundedQueue<number>(10, (weight) => weight);
    expect(queue.push(4)).toBe(0);
    expect(queue.push(6)).toBe(0);
    expect(queue.push(1)).toBe(1);
    expect(queue.push(40)).toBe(2);
    expect([queue.length, queue.shift()]).toEqual([1, 40]);
  });

  test('is the tail of what was pushed and not yet taken, whatever the order of the calls', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.boolean(), { maxLength: 5_000 }),
        (capacity, calls) => {
          const queue = new BoundedQueue<number>(capacity);
          let model: number[] = [];
          for (const [i, push] of calls.entries()) {
            if (push) {
              model.push(i);
              expect(queue.push(i)).toBe(Math.max(0, model.length - capacity));
              model = model.slice(-capacity);
            } else expect(queue.shift()).toBe(model.shift() as number);
          }
          expect(queue.length).toBe(model.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});
