import { describe, expect, test } from 'bun:test';
import { atOnce, inTurns, type Steps } from './steps.ts';

/** Each piece keeps the thread busy for a while, as decoding does. */
function* busy(pieces: number, span: number): Steps<number> {
  for (let piece = 0; piece < pieces; piece++) {
    const until = performance.now() + span;
    while (performance.now() < until);
    yield;
  }
  return pieces;
}

describe('work in steps', () => {
  test('at once: nobody else has a turn', () => {
    let turns = 0;
    const turn = setImmediate(() => turns++);
    expect(atOnce(busy(10, 1))).toBe(10);
    expect(turns).toBe(0);
    clearImmediate(turn);
  });

  test('in turns: others go on in between, and the result is the same', async () => {
    let turns = 0;
    let turn = setImmediate(function count() {
      turns++;
      turn = setImmediate(count);
    });
    expect(await inTurns(busy(10, 2), new AbortController().signal)).toBe(10);
    expect(turns).toBeGreaterThanOrEqual(2);
    clearImmediate(turn);
  });

  test('short work is not interrupted', async () => {
    let turns = 0;
    const turn = setImmediate(() => turns++);
    expect(await inTurns(busy(1, 0), new AbortController().signal)).toBe(1);
    expect(turns).toBe(0);
    clearImmediate(turn);
  });

  test('an abort ends it with the reason', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(inTurns(busy(1_000, 2), controller.signal)).rejects.toThrow('enough');
  });

  test('what a step throws comes out', async () => {
    function* failing(): Steps<never> {
      yield;
      throw new Error('bad body');
    }
    expect(() => atOnce(failing())).toThrow('bad body');
    await expect(inTurns(failing(), new AbortController().signal)).rejects.toThrow('bad body');
  });
});
