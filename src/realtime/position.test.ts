import { describe, expect, test } from 'bun:test';
import { parsePosition } from './position.ts';

describe('parsePosition', () => {
  const cases = [
    { name: 'a position', given: 'mwoh2akdm7d6:42', expected: { epoch: 'mwoh2akdm7d6', seq: 42 } },
    { name: 'the beginning', given: 'e:0', expected: { epoch: 'e', seq: 0 } },
    { name: 'nothing', given: '', expected: undefined },
    { name: 'no epoch', given: ':1', expected: undefined },
    { name: 'no seq', given: 'e:', expected: undefined },
    { name: 'a fraction', given: 'e:1.5', expected: undefined },
    { name: 'an exponent', given: 'e:1e3', expected: undefined },
    { name: 'a hexadecimal', given: 'e:0x10', expected: undefined },
    { name: 'leading zeros', given: 'e:007', expected: undefined },
    { name: 'a sign', given: 'e:-1', expected: undefined },
    { name: 'two colons', given: 'e:1:2', expected: undefined },
    { name: 'spaces', given: ' e:1', expected: undefined },
    { name: 'a line break', given: 'e:1\n', expected: undefined },
    { name: 'digits of another script', given: 'e:١', expected: undefined },
    { name: 'more than can be counted exactly', given: 'e:9007199254740992', expected: undefined },
    { name: 'an epoch of 65 characters', given: `${'e'.repeat(65)}:1`, expected: undefined },
  ];
  for (const { name, given, expected } of cases) {
    test(name, () => expect(parsePosition(given)).toEqual(expected as never));
  }
});
