import { LRUCache } from 'lru-cache';
import type { JsonBody } from './read-json.ts';
import type { ResponseHeaders } from './response-headers.ts';

interface Kept {
  readonly validators: Readonly<Record<string, string>>;
  readonly body: JsonBody;
}

// Parsed bodies take several times the size of their text, and every provider has its own.
const MOST_ENTRIES = 64;
const MOST_BYTES = 4 * 1024 * 1024;

/** The last body of each URL that came with an `ETag` or `Last-Modified`, so that it need not be sent again. */
export class KeptBodies {
  readonly #bodies = new LRUCache<string, Kept>({
    max: MOST_ENTRIES,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ body }) => Math.max(1, body.bytes),
  });

  /** The conditional headers and the body they stand for; `undefined` when nothing is kept. */
  get(url: string): Kept | undefined {
    return this.#bodies.get(url);
  }

  keep(url: string, headers: ResponseHeaders, body: JsonBody): void {
    const validators = {
      ...(headers.etag !== undefined && { 'if-none-match': headers.etag }),
      ...(headers['last-modified'] !== undefined && { 'if-modified-since': headers['last-modified'] }),
    };
    if (Object.keys(validators).length === 0) this.#bodies.delete(url);
    else this.#bodies.set(url, { validators, body });
  }
}
