import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from './archive.ts';

/** A folder; unfinished files stand in it under hidden names. */
export class FolderArchive implements Archive {
  readonly spool: string;

  constructor(folder: string) {
    this.spool = folder;
  }

  async take(path: string, name: string): Promise<void> {
    await rename(path, join(this.spool, name));
    // The file is on disk, but its name is only when the folder is too.
    const folder = await open(this.spool, 'r');
    await folder.sync().finally(() => folder.close());
  }
}
