import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';

const textOf = (json: string): string => {
  const canonical = canonicalJson(JSON.parse(json));
  if (!canonical.ok) throw new Error(`${canonical.path} ${canonical.message}`);
  return canonical.text;
};

describe('the canonical text', () => {
  const SAME: readonly (readonly [string, string])[] = [
    ['{"a":1,"b":2}', ' { "b" : 2 , "a" : 1.0 }'],
    ['{"a":{"y":[],"x":{}}}', '{"a":{"x":{},"y":[]}}'],
    ['{"a":"é/"}', '{"a":"\\u00e9\\/"}'],
    ['{"a":100}', '{"a":1e2}'],
    ['{"a":0}', '{"a":-0}'],
  ];
  for (const [one, other] of SAME) test(`${one} is ${other}`, () => expect(textOf(one)).toBe(textOf(other)));

  const DIFFERENT: readonly (readonly [string, string])[] = [
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":null}', '{}'],
    ['{"a":{"b":1}}', '{"a":1,"b":1}'],
    ['{"a":"b\\",\\"c"}', '{"a":"b","c":""}'],
  ];
  for (const [one, other] of DIFFERENT)
    test(`${one} is not ${other}`, () => expect(textOf(one)).not.toBe(textOf(other)));

  test('is JSON of the same value, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const json = JSON.stringify(value);
        const canonical = canonicalJson(JSON.parse(json));
        if (canonical.ok) expect(JSON.parse(canonical.text)).toEqual(JSON.parse(json));
        else expect(canonical.message).toMatch(/NUL|forbidden/);
      }),
    );
  });
});

describe('refused', () => {
  const REFUSED: readonly (readonly [string, string, RegExp])[] = [
    ['{"a":[1,{"b":1e999}]}', '/a/1/b', /beyond any number/],
    ['{"a":-1e999}', '/a', /beyond any number/],
    ['{"a":{"__proto__":{"admin":true}}}', '/a/__proto__', /forbidden/],
    ['{"constructor":{"prototype":{"admin":true}}}', '/constructor', /forbidden/],
    ['{"a":"\\u0000"}', '', /NUL/],
    ['{"\\u0000":1}', '', /NUL/],
    ['{"a":["\\ud83d"]}', '', /surrogate/],
    ['{"\\udc00":1}', '', /surrogate/],
    [`${'['.repeat(33)}${']'.repeat(33)}`, '/0'.repeat(32), /nested/],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, '/0'.repeat(32), /nested/],
    [`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`, '/a'.repeat(32), /nested/],
  ];
  for (const [json, path, message] of REFUSED)
    test(json.slice(0, 60), () => {
      const canonical = canonicalJson(JSON.parse(json));
      expect(canonical).toMatchObject({ ok: false, path });
      expect(canonical.ok ? '' : canonical.message).toMatch(message);
    });

  const TAKEN = [
    '{"constructor":"Corvale"}',
    '{"constructor":{"name":"Corvale"}}',
    '{"a":"\\\\u0000 is how NUL is written"}',
    '{"a":"\\ud83d\\ude00"}',
    '{"prototype":1}',
    `${'['.repeat(32)}${']'.repeat(32)}`,
  ];
  for (const json of TAKEN)
    test(`not ${json.slice(0, 60)}`, () => expect(canonicalJson(JSON.parse(json)).ok).toBe(true));
});
