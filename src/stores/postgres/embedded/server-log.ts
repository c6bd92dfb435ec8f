import { openSync } from 'node:fs';
import { copyFile, open, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const LARGEST = 4 * 1024 * 1024;

/** The server's own log, `<dataDir>/postgres.log`, which it appends to without knowing where it goes. */
export class ServerLog {
  readonly path: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'postgres.log');
  }

  /** A descriptor to hand to the server; the caller closes it. */
  open(): number {
    return openSync(this.path, 'a', 0o600);
  }

  async size(): Promise<number> {
    return (await stat(this.path).catch(() => undefined))?.size ?? 0;
  }

  /** Keeps at most twice 4 MiB: the file is copied aside and emptied in place, since the server holds it open. */
  async trim(): Promise<void> {
    if ((await this.size()) <= LARGEST) return;
    await copyFile(this.path, `${this.path}.1`);
    await truncate(this.path, 0);
  }

  /** What was written from byte `offset` on, at most its last 4 kB. */
  async since(offset: number): Promise<string> {
    const size = await this.size();
    const from = Math.max(offset, size - 4_000);
    if (from >= size) return '';
    const file = await open(this.path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
