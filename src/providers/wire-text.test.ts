import { expect, test } from 'bun:test';
import { wireId, wireName } from './wire-text.ts';

test.each([
  ['Harbor Pilots', 'Harbor Pilots'],
  ['  Harbor \t Pilots\n', 'Harbor Pilots'],
  ['Málaga CF', 'Málaga CF'],
  ['북한', '북한'],
  ['x'.repeat(200), 'x'.repeat(200)],
  ['x'.repeat(201), undefined],
  ['', undefined],
  ['   ', undefined],
  ['a\u0000b', undefined],
  ['a\u009fb', undefined],
  ['\ud800', undefined],
  [null, undefined],
  [7, undefined],
  [{ name: 'x' }, undefined],
])('the name %j is %j', (value, expected) => {
  expect(wireName(value)).toBe(expected);
});

test.each([
  ['401468411', '401468411'],
  [401468411, '401468411'],
  [0, '0'],
  [-1, undefined],
  [1.5, undefined],
  [Number.NaN, undefined],
  [2 ** 53, undefined],
  ['', undefined],
  [' 7', undefined],
  ['x'.repeat(128), 'x'.repeat(128)],
  ['x'.repeat(129), undefined],
  ['a\u0000', undefined],
  [null, undefined],
])('the id %j is %j', (value, expected) => {
  expect(wireId(value)).toBe(expected);
});
