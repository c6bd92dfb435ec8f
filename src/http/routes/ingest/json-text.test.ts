import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { JsonText } from './json-text.ts';

const membersOf = (text: string) =>
  new JsonText(text).membersOf(['data', 'payload']).map((found) => found && Object.fromEntries(found));

const TEXTS: readonly (readonly [text: string, expected: (Record<string, string> | undefined)[]])[] = [
  ['{"data":{"a":1.10}}', [{ data: '{"a":1.10}' }]],
  [' { "x" : "}" , "data" : [ 1 , "]" ] } ', [{ data: '[ 1 , "]" ]' }]],
  ['{"data":1,"data": 2}', [{ data: '2' }]],
  ['{"d\\u0061ta":"a\\"b\\\\","payload":null}', [{ data: '"a\\"b\\\\"', payload: 'null' }]],
  ['{"a":{"data":1}}', [{}]],
  ['{}', [{}]],
  ['[]', []],
  [
    '[{"data":-1.5e3},7,"{",[{"data":1}],{"data":true}]',
    [{ data: '-1.5e3' }, undefined, undefined, undefined, { data: 'true' }],
  ],
  ['"text"', [undefined]],
  ['12', [undefined]],
  [`{"data":${'['.repeat(60)}${']'.repeat(60)}}`, [undefined]],
];
for (const [text, expected] of TEXTS)
  test(`the parts of ${text.slice(0, 60)}`, () => expect(membersOf(text)).toEqual(expected));

test('the parts are where the parser sees them, whatever the values and the white space', () => {
  const spaces = fc.constantFrom('', ' ', '\n', '\t ', '\r\n');
  const named = fc.record(
    { data: fc.jsonValue(), payload: fc.jsonValue(), other: fc.jsonValue() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(named, fc.jsonValue()), { maxLength: 5 }), spaces, (values, space) => {
      const text = `${space}${JSON.stringify(values, null, space === '' ? undefined : ` ${space}`)}${space}`;
      const found = new JsonText(text).membersOf(['data', 'payload']);
      expect(found).toHaveLength(values.length);
      for (const [i, value] of (JSON.parse(text) as unknown[]).entries()) {
        const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
        expect(found[i] !== undefined).toBe(isObject);
        for (const name of ['data', 'payload']) {
          const written = found[i]?.get(name);
          const member =
            isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
          expect(written === undefined ? undefined : JSON.parse(written)).toEqual(member);
        }
      }
    }),
  );
});
