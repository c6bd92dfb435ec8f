import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Millis } from '../../domain/time.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { Breather } from '../breather.ts';
import { NestingGuard } from './nesting-guard.ts';

/** The encodings `readJson` undoes, as an `accept-encoding`. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

const LONGEST_READ: Millis = 1;

export interface JsonBody {
  readonly value: unknown;
  /** Bytes of the text, decompressed. */
  readonly bytes: number;
}

/**
 * Reads a body as JSON. `limit` bounds the bytes on the wire and the bytes they unpack to; reading stops where it is
 * passed. Throws `PROVIDER_BODY_TOO_LARGE`, `PROVIDER_BAD_PAYLOAD`, or what the stream throws.
 */
export async function readJson(
  body: Readable,
  headers: Readonly<Record<string, string>>,
  limit: number,
): Promise<JsonBody> {
  if (Number(headers['content-length']) > limit) {
    body.destroy();
    throw tooLarge(limit);
  }
  const unpack = unpacker(headers['content-encoding']);
  const guard = new NestingGuard();
  const breather = new Breather(LONGEST_READ);
  const chunks: Uint8Array[] = [];
  const collect = async (source: AsyncIterable<Uint8Array>) => {
    for await (const chunk of bounded(source, limit)) {
      if (!guard.accepts(chunk)) throw badPayload('The body nests deeper than any feed does');
      chunks.push(chunk);
      if (breather.due()) await breather.breathe();
    }
  };
  const wire = (source: AsyncIterable<Uint8Array>) => bounded(source, limit);
  await (unpack === undefined ? pipeline(body, collect) : pipeline(body, wire, unpack, collect));
  // Parsing is one piece of work, not to be cut: in a large body others have their turn before it and after.
  if (breather.due()) await breather.breathe();
  const text = textOf(Buffer.concat(chunks), headers['content-type']);
  const value = parse(text, headers['content-type']);
  if (breather.due()) await breather.breathe();
  return { value, bytes: text.length };
}

async function* bounded(source: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    yield chunk;
  }
}

function unpacker(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw badPayload('The body is packed in a way we did not offer to unpack');
  }
}

/** Encodings that keep ASCII; JSON itself knows UTF-8 only. */
const CHARSETS: ReadonlyMap<string, 'utf-8' | 'windows-1252'> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['iso-8859-1', 'windows-1252'],
  ['windows-1252', 'windows-1252'],
]);

function textOf(bytes: Uint8Array, contentType: string | undefined): string {
  const named = /charset="?([\w-]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  const charset = CHARSETS.get(named);
  if (charset === undefined) throw badPayload('The body is in a character set that JSON does not use');
  try {
    // A byte order mark is left out by the decoder.
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    throw badPayload('The body is not the UTF-8 text it has to be');
  }
}

function parse(text: string, contentType: string | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which is not ours to show.
    const html = /^\s*</.test(text) || /html/i.test(contentType ?? '');
    if (text.trim() === '') throw badPayload('The body is empty');
    throw badPayload(html ? 'The body is a web page' : 'The body is not JSON', { characters: text.length });
  }
}

const badPayload = (message: string, details = {}): ProviderError =>
  new ProviderError('PROVIDER_BAD_PAYLOAD', message, { details });

const tooLarge = (limit: number): ProviderError =>
  new ProviderError('PROVIDER_BODY_TOO_LARGE', 'The body is larger than is worth reading', {
    details: { limit },
  });
