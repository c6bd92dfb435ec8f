import { BodyFault, textOf } from './body-fault.ts';
import { XmlTree } from './xml-tree.ts';

/**
 * Reads XML as JSON-like values: `<a n="1"><b>x</b></a>` is `{ a: { '@n': '1', b: 'x' } }`; an element that repeats
 * beside another of its name is a list; text beside attributes or elements is `#text`. Everything is text.
 *
 * It is not a full reader, on purpose: there is no document type, and so no entity but the five that XML itself has,
 * which leaves nothing to expand and nothing to fetch. Bounded in depth, elements and attributes; no recursion.
 * Throws `BodyFault`.
 */
export function readXmlBody(body: Uint8Array): Readonly<Record<string, unknown>> {
  const text = textOf(body);
  const tree = new XmlTree();
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    const end = open === -1 ? text.length : open;
    if (end > at) tree.text(unescaped(text.slice(at, end)));
    if (open === -1) break;
    at = readMarkup(text, open, tree);
  }
  return tree.done();
}

/** Reads what begins with the `<` at `open`; answers where it ends. */
function readMarkup(text: string, open: number, tree: XmlTree): number {
  if (text.startsWith('<!--', open)) return endOf(text, '-->', open + 4);
  if (text.startsWith('<?', open)) {
    const end = endOf(text, '?>', open + 2);
    checkDeclaration(text.slice(open, end));
    return end;
  }
  if (text.startsWith('<![CDATA[', open)) {
    const end = endOf(text, ']]>', open + 9);
    tree.text(text.slice(open + 9, end - 3));
    return end;
  }
  if (text.startsWith('<!', open)) throw new BodyFault('A document type is not accepted.');
  if (text.startsWith('</', open)) {
    const end = endOf(text, '>', open + 2);
    tree.close(text.slice(open + 2, end - 1).trimEnd());
    return end;
  }
  return readElement(text, open + 1, tree);
}

const NAME = /[\p{L}_:][\p{L}\p{N}_:.-]{0,199}/uy;
const SPACE = /[ \t\r\n]*/y;

function readElement(text: string, from: number, tree: XmlTree): number {
  let at = from;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const name = take(NAME);
  if (name === '') throw new BodyFault('The body is not well-formed XML.');
  tree.open(name);
  for (;;) {
    const space = take(SPACE);
    if (text[at] === '>') return at + 1;
    if (text.startsWith('/>', at)) {
      tree.close(name);
      return at + 2;
    }
    const attribute = take(NAME);
    if (space === '' || attribute === '') throw new BodyFault('The body is not well-formed XML.');
    take(SPACE);
    if (text[at] !== '=') throw new BodyFault('The body is not well-formed XML.');
    at += 1;
    take(SPACE);
    const quote = text[at];
    if (quote !== '"' && quote !== "'") throw new BodyFault('The body is not well-formed XML.');
    const end = endOf(text, quote, at + 1);
    const value = text.slice(at + 1, end - 1);
    if (value.includes('<')) throw new BodyFault('The body is not well-formed XML.');
    tree.attribute(attribute, unescaped(value));
    at = end;
  }
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  if (at === -1) throw new BodyFault('The body is not well-formed XML: it ends too early.');
  return at + mark.length;
}

function checkDeclaration(instruction: string): void {
  const encoding = /^<\?xml\s[^>]*encoding\s*=\s*["']([\w.-]+)/i.exec(instruction)?.[1];
  if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding))
    throw new BodyFault('XML has to be in UTF-8.');
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot|apos));/gi;

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  const plain = text.replace(REFERENCE, (_all, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? '';
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      throw new BodyFault('The body holds a character that does not exist.');
    return String.fromCodePoint(code);
  });
  // What is left of the text without its references must have no reference in it.
  if (text.replace(REFERENCE, '').includes('&')) throw new BodyFault('The body holds an unknown entity.');
  return plain;
}
