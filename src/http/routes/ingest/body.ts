import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import type { HttpApp } from '../../http-app.ts';
import { Problem } from '../../problem.ts';

/** Largest body in bytes, as sent and as unpacked. */
export const LARGEST_BODY = 8 * 2 ** 20;

export const JSON_TYPE = 'application/json';
export const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'] as const;

/** Takes bodies of these types as bytes, in this scope only: they are judged after the token, item by item. */
export function acceptRawBodies(app: HttpApp): void {
  app.removeContentTypeParser(JSON_TYPE);
  app.addContentTypeParser(
    [JSON_TYPE, ...NDJSON_TYPES],
    { parseAs: 'buffer', bodyLimit: LARGEST_BODY },
    (_request, body, done) => done(null, body),
  );
}

const unpack = promisify(gunzip);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as text: unpacked and decoded, with a coded refusal for whatever cannot be. */
export async function textOf(request: FastifyRequest): Promise<string> {
  checkCharset(request.headers['content-type'] ?? '');
  const bytes = await unpacked(request.body as Buffer | undefined, request.headers['content-encoding']);
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Problem('MALFORMED_JSON', 'The body is not UTF-8.', { cause });
  }
}

export function isNdjson(request: FastifyRequest): boolean {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  return (NDJSON_TYPES as readonly string[]).includes(type.trim().toLowerCase());
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

function checkCharset(contentType: string): void {
  const charset = CHARSET.exec(contentType)?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset))
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'JSON is UTF-8: another charset is not taken.');
}

async function unpacked(body: Buffer | undefined, encoding: string | undefined): Promise<Buffer> {
  if (body === undefined || body.length === 0) throw new Problem('MALFORMED_JSON', 'The body is empty.');
  const packing = (encoding ?? 'identity').trim().toLowerCase();
  if (packing === 'identity' || packing === '') return body;
  if (packing !== 'gzip' && packing !== 'x-gzip')
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'Bodies are taken as they are, or gzipped.', {
      headers: { 'accept-encoding': 'gzip' },
    });
  try {
    return await unpack(body, { maxOutputLength: LARGEST_BODY });
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Problem('BODY_TOO_LARGE', `Unpacked, the body is over ${LARGEST_BODY} bytes.`, { cause });
    throw new Problem('MALFORMED_JSON', 'The body is not gzip, or is cut off.', { cause });
  }
}
