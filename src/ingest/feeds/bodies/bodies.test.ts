import { describe, expect, test } from 'bun:test';
import { BodyFault } from './body-fault.ts';
import { readJsonBody } from './json-body.ts';
import { readXmlBody } from './xml-body.ts';

const bytes = (text: string) => Buffer.from(text);
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

describe('JSON', () => {
  const read: readonly (readonly [name: string, text: string, expected: unknown])[] = [
    ['an object', '{"a":[1,"é"]}', { a: [1, 'é'] }],
    ['a byte order mark', '\ufeff{"a":1}', { a: 1 }],
    [
      'a constructor of motor racing',
      '{"constructor":{"name":"Ferrari"}}',
      { constructor: { name: 'Ferrari' } },
    ],
    ['a forbidden name as a value', '{"a":"__proto__"}', { a: '__proto__' }],
  ];
  for (const [name, text, expected] of read) {
    test(name, () => expect(readJsonBody(bytes(text))).toEqual(expected));
  }

  const refused: readonly (readonly [name: string, body: Uint8Array])[] = [
    ['nothing', bytes('')],
    ['white space', bytes(' \n')],
    ['half of it', bytes('{"a":')],
    ['two values', bytes('{} {}')],
    ['XML', bytes('<a/>')],
    ['no UTF-8', Buffer.from([0x22, 0xe9, 0x22])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['gzip', Bun.gzipSync(bytes('{}'))],
    ['a prototype', bytes('{"__proto__":{"admin":true}}')],
    ['a prototype, deep', bytes('{"a":[{"b":{"__proto__":1}}]}')],
    ['a prototype, escaped', bytes('{"\\u005f_proto__":1}')],
    ['a prototype by its constructor', bytes('{"constructor":{"prototype":{"x":1}}}')],
    ['too deep a nesting', bytes(nested(65, '[', ']'))],
    ['a nesting that no parser ends', bytes('['.repeat(200_000))],
  ];
  for (const [name, body] of refused) {
    test(`${name} is refused`, () => expect(() => readJsonBody(body)).toThrow(BodyFault));
  }
});

describe('XML', () => {
  const read: readonly (readonly [name: string, text: string, expected: unknown])[] = [
    ['an element', '<a/>', { a: '' }],
    ['text', '<a> x </a>', { a: 'x' }],
    ['attributes, in either quotes', `<a n="1" m = '"2"'/>`, { a: { '@n': '1', '@m': '"2"' } }],
    ['text beside attributes', '<a n="1">x</a>', { a: { '@n': '1', '#text': 'x' } }],
    ['elements', '<a><b>1</b><c/></a>', { a: { b: '1', c: '' } }],
    ['elements that repeat', '<a><b>1</b><c/><b>2</b><b>3</b></a>', { a: { b: ['1', '2', '3'], c: '' } }],
    [
      'what XML itself names',
      '<a n="&lt;&#65;&#x42;">&amp;&quot;&apos;&gt;</a>',
      { a: { '@n': '<AB', '#text': `&"'>` } },
    ],
    ['text that is no markup', '<a><![CDATA[<b>&x;]]></a>', { a: '<b>&x;' }],
    [
      'comments and instructions',
      '<?xml version="1.0" encoding="UTF-8"?><!-- > --><a><!--b--><?c d?></a>\n',
      { a: '' },
    ],
    ['names of many alphabets', '<é:ü-1 ñ.x="1"/>', { 'é:ü-1': { '@ñ.x': '1' } }],
    ['a name of the prototype', '<a><constructor>x</constructor></a>', { a: { constructor: 'x' } }],
  ];
  for (const [name, text, expected] of read) {
    test(name, () => expect(readXmlBody(bytes(text))).toEqual(expected as never));
  }

  const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${[...'bcdefghi']
    .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefgh'[i]};`.repeat(10)}">`)
    .join('')}]><l>&i;</l>`;
  const refused: readonly (readonly [name: string, text: string])[] = [
    ['nothing', ''],
    ['white space', '  '],
    ['text', 'hello'],
    ['JSON', '{"a":1}'],
    ['a billion laughs', laughs],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['a file of ours', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['an entity that nobody has declared', '<a>&x;</a>'],
    ['an entity made of another', '<a>&amp;lt;&</a>'],
    ['an entity in an attribute', '<a n="&x;"/>'],
    ['half a surrogate pair', '<a>&#xD800;</a>'],
    ['NUL', '<a>&#0;</a>'],
    ['no end', '<a><b></b>'],
    ['ends that cross', '<a><b></a></b>'],
    ['an end too many', '<a></a></a>'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>x'],
    ['an attribute twice', '<a n="1" n="2"/>'],
    ['an attribute without quotes', '<a n=1/>'],
    ['an attribute without space', '<a n="1"m="2"/>'],
    ['an attribute without end', '<a n="1'],
    ['a comment without end', '<a><!-- </a>'],
    ['no name', '<1a/>'],
    ['a prototype', '<a><__proto__>1</__proto__></a>'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
    ['too deep a nesting', nested(65, '<a>', '</a>')],
    ['too many elements', `<r>${'<a/>'.repeat(100_000)}</r>`],
    ['too many attributes', `<a ${Array.from({ length: 201 }, (_, i) => `n${i}="1"`).join(' ')}/>`],
  ];
  for (const [name, text] of refused) {
    test(`${name} is refused`, () => expect(() => readXmlBody(bytes(text))).toThrow(BodyFault));
  }

  test('what is made to be slow is read in time that grows with its length', () => {
    for (const text of [
      '<'.repeat(200_000),
      `<a ${' '.repeat(400_000)}`,
      `<a>${'&'.repeat(200_000)}`,
      `<a>${'<!--'.repeat(100_000)}`,
    ]) {
      const begun = performance.now();
      expect(() => readXmlBody(bytes(text))).toThrow(BodyFault);
      expect(performance.now() - begun).toBeLessThan(500);
    }
  });
});
