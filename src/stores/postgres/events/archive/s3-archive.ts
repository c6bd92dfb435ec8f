import { CryptoHasher, S3Client } from 'bun';
import type { ArchiveTarget } from '../../../../ports/event-retention.ts';
import type { Archive } from './archive.ts';

/** A bucket of S3 or of a service that speaks like it. An upload is seen when it is complete, or never. */
export class S3Archive implements Archive {
  readonly spool: string;
  readonly #client: S3Client;
  readonly #prefix: string;

  constructor(target: Extract<ArchiveTarget, { kind: 's3' }>) {
    const { bucket, endpoint, region, accessKeyId, secretAccessKey } = target;
    this.spool = target.spool;
    this.#prefix = target.prefix;
    this.#client = new S3Client({
      bucket,
      accessKeyId,
      secretAccessKey,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
    });
  }

  async take(path: string, name: string, signal: AbortSignal): Promise<void> {
    const ended = Promise.withResolvers<never>();
    // Of nobody's interest when the upload has ended before.
    ended.promise.catch(() => {});
    const end = () => ended.reject(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener('abort', end, { once: true });
    try {
      await Promise.race([this.#upload(path, this.#prefix + name), ended.promise]);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async #upload(path: string, key: string): Promise<void> {
    await this.#client.write(key, Bun.file(path), { type: 'application/gzip' });
    const [sent, kept] = [await digestOf(Bun.file(path)), await digestOf(this.#client.file(key))];
    if (sent !== kept) throw new Error(`the object ${key} is not what was sent`);
  }
}

async function digestOf(file: { stream(): ReadableStream<Uint8Array> }): Promise<string> {
  const hash = new CryptoHasher('sha256');
  for await (const chunk of file.stream()) hash.update(chunk);
  return hash.digest('hex');
}
