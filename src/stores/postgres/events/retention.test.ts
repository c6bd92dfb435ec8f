import { describe, expect, test } from 'bun:test';
import { epochMs } from '../../../domain/time.ts';
import { leavingOf } from './retention.ts';

const at = (text: string) => epochMs(Date.parse(text));
const now = at('2024-03-31T00:00:00.000Z');
const retention = {
  days: 30,
  byType: new Map([
    ['race_result', 365],
    ['betting_odds', 7],
    ['live_score', 30],
  ]),
};

describe('what is past its retention', () => {
  const cases = [
    { name: 'nothing of today', day: '2024-03-31', expected: undefined },
    { name: 'nothing on the last day of the shortest', day: '2024-03-24', expected: undefined },
    {
      name: 'the shortest the day after',
      day: '2024-03-23',
      expected: { types: ['betting_odds'], allBut: false },
    },
    {
      name: 'still only the shortest on the last day of the others',
      day: '2024-03-01',
      expected: { types: ['betting_odds'], allBut: false },
    },
    {
      name: 'all but the longest the day after',
      day: '2024-02-29',
      expected: { types: ['race_result'], allBut: true },
    },
    { name: 'everything in the end', day: '2023-03-31', expected: { types: [], allBut: true } },
  ];
  for (const { name, day, expected } of cases)
    test(name, () => {
      expect(leavingOf(at(`${day}T00:00:00.000Z`), retention, now)).toEqual(expected);
    });

  test('a day leaves whole, at midnight', () => {
    const plain = { days: 1, byType: new Map() };
    const day = at('2024-03-29T00:00:00.000Z');
    expect(leavingOf(day, plain, at('2024-03-30T23:59:59.999Z'))).toBeUndefined();
    expect(leavingOf(day, plain, at('2024-03-31T00:00:00.000Z'))).toEqual({ types: [], allBut: true });
  });
});
