import { describe, expect, test } from 'bun:test';
import { ProviderError } from '../../ports/provider-error.ts';
import { LineSplitter } from './line-splitter.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Feeds the text in pieces of that many bytes. */
function split(text: string, size: number, limit = 1_000): string[] {
  const splitter = new LineSplitter(limit);
  const all = bytes(text);
  const lines: string[] = [];
  for (let at = 0; at < all.length; at += size) lines.push(...splitter.push(all.subarray(at, at + size)));
  return lines;
}

describe('lines', () => {
  test.each([
    ['ended by CRLF', 'one\r\ntwo\r\n', ['one', 'two']],
    ['ended by LF', 'one\ntwo\n', ['one', 'two']],
    ['empty ones left out', '\r\n\r\none\r\n\n', ['one']],
    ['the last one not ended', 'one\r\ntw', ['one']],
    ['a CR inside', 'o\rne\r\n', ['o\rne']],
    ['of several bytes a character', '{"name":"Peña Nº1 €😀"}\r\nÜ\r\n', ['{"name":"Peña Nº1 €😀"}', 'Ü']],
  ])('%s, in pieces of any size', (_name, text, expected) => {
    for (let size = 1; size <= text.length + 1; size++) expect(split(text, size)).toEqual(expected);
  });

  test.each([1, 7, 64, 1_000])('one over the limit is refused before it has ended (pieces of %i)', (size) => {
    expect(split(`${'x'.repeat(100)}\r\n`, size, 101)).toEqual(['x'.repeat(100)]);
    const error = caught(() => split('x'.repeat(150), size, 101));
    expect(error).toBeInstanceOf(ProviderError);
    expect((error as ProviderError).code).toBe('PROVIDER_BODY_TOO_LARGE');
  });

  test('the limit is a line’s, not the connection’s', () => {
    expect(split('1234567890\r\n'.repeat(50), 33, 12)).toHaveLength(50);
  });

  test('one that is not UTF-8 is refused', () => {
    const error = caught(() => [...new LineSplitter(100).push(Uint8Array.from([0x7b, 0xff, 0xfe, 0x0a]))]);
    expect((error as ProviderError).code).toBe('PROVIDER_BAD_PAYLOAD');
  });
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
