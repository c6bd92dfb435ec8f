import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { StoredEvent } from '../../../../domain/event.ts';
import { days, type EpochMs } from '../../../../domain/time.ts';
import { randomText } from '../../../../platform/random-text.ts';
import type { Archive } from './archive.ts';
import { archiveLine } from './archive-line.ts';

/**
 * Archives pages of events as gzipped NDJSON under `name` and returns how many there are in it, counted by reading it
 * again. When it throws, nothing was taken in, or what was taken in is replaced by the next try.
 */
export async function archiveEvents(
  archive: Archive,
  name: string,
  pages: AsyncIterable<readonly StoredEvent[]>,
  signal: AbortSignal,
): Promise<number> {
  await mkdir(archive.spool, { recursive: true });
  const path = join(archive.spool, `.${name}.${randomText(8)}.part`);
  try {
    await write(path, pages);
    const lines = await countLines(path);
    await archive.take(path, name, signal);
    return lines;
  } finally {
    await rm(path, { force: true });
  }
}

/** Removes what a process that was killed left in the spool, after a day. */
export async function sweepSpool({ spool }: Archive, now: EpochMs): Promise<void> {
  for (const name of await readdir(spool).catch(() => [])) {
    if (!/^\.events-.*\.part$/.test(name)) continue;
    const { mtimeMs } = await stat(join(spool, name));
    if (mtimeMs < now - days(1)) await rm(join(spool, name), { force: true });
  }
}

async function write(path: string, pages: AsyncIterable<readonly StoredEvent[]>): Promise<void> {
  async function* lines() {
    for await (const page of pages) yield page.map(archiveLine).join('');
  }
  const file = await open(path, 'wx', 0o640);
  try {
    await pipeline(Readable.from(lines()), createGzip(), async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) await file.appendFile(chunk);
    });
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Fails for a file that is cut short: gzip ends with the length and a checksum of all. */
async function countLines(path: string): Promise<number> {
  let lines = 0;
  await pipeline(createReadStream(path), createGunzip(), async (texts: AsyncIterable<Uint8Array>) => {
    for await (const text of texts) for (const byte of text) if (byte === 0x0a) lines++;
  });
  return lines;
}
