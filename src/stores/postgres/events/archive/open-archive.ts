import type { ArchiveTarget } from '../../../../ports/event-retention.ts';
import type { Archive } from './archive.ts';
import { FolderArchive } from './folder-archive.ts';
import { S3Archive } from './s3-archive.ts';

export const openArchive = (target: ArchiveTarget): Archive =>
  target.kind === 'folder' ? new FolderArchive(target.folder) : new S3Archive(target);
