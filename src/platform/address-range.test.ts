import { describe, expect, test } from 'bun:test';
import { addressRanges } from './address-range.ts';

const cases: readonly [range: string, address: string, isIn: boolean][] = [
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['203.0.113.0/24', '203.0.113.255', true],
  ['203.0.113.0/24', '203.0.114.0', false],
  ['203.0.113.9/24', '203.0.113.1', true],
  ['0.0.0.0/0', '198.51.100.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::/0', '198.51.100.1', true],
  ['203.0.113.0/24', '::ffff:203.0.113.5', true],
  ['203.0.113.0/24', '::ffff:cb00:7105', true],
  ['203.0.113.0/24', '::203.0.113.5', false],
  ['::ffff:203.0.113.0/120', '203.0.113.5', true],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
  ['::1', '::1', true],
  ['::1', '127.0.0.1', false],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['10.0.0.0/8', '10.1.2.3, 203.0.113.1', false],
  ['10.0.0.0/8', '', false],
  ['10.0.0.0/8', 'unknown', false],
];

describe('addressRanges', () => {
  for (const [range, address, isIn] of cases) {
    test(`${address || '(none)'} is ${isIn ? '' : 'not '}in ${range}`, () => {
      expect(addressRanges([range])).toMatchObject({ wrong: [] });
      expect(addressRanges([range]).includes(address)).toBe(isIn);
    });
  }

  test('names what is no range', () => {
    const bad = [
      '10.0.0.0/33',
      '10.0.0/8',
      '::/129',
      'acme.example',
      '1.2.3.4/',
      '1.2.3.4/8/8',
      '1.2.3.4/-1',
      '',
    ];
    expect(addressRanges([...bad, '10.0.0.0/8']).wrong).toEqual(bad);
  });
});
