import { expect, test } from 'bun:test';
import { epochMs } from '../domain/time.ts';
import { newEpoch } from './epoch.ts';

const now = epochMs(Date.parse('2026-01-03T15:00:00Z'));

const cases = [
  { name: 'after none', known: '' },
  { name: 'after an earlier one', known: newEpoch(epochMs(now - 1), 'zzzz') },
  { name: 'after one of the same instant', known: newEpoch(now, 'zzzz') },
  { name: 'after one from a clock far ahead', known: newEpoch(epochMs(now + 1e12), '0000') },
];
for (const { name, known } of cases)
  test(`a new epoch sorts behind: ${name}`, () => {
    const epoch = newEpoch(now, 'a1b2', known);
    expect(epoch > known).toBe(true);
    expect(epoch).toMatch(/^[0-9a-z]+$/);
  });
