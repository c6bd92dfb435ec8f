import { join } from 'node:path';
import type { DeclaredEventType } from '../ports/declared-event-type.ts';
import type { ArchiveTarget, EventRetention } from '../ports/event-retention.ts';
import { readEventTypes } from './event-type-files.ts';
import type { Variables } from './variables.ts';

export interface EventSettings {
  readonly retention: EventRetention;
  readonly archive?: ArchiveTarget;
  /** What may be pushed besides the built-in types. */
  readonly types: readonly DeclaredEventType[];
  /** How long events can be followed in Redis Streams. */
  readonly streamsHours: number;
}

const LONGEST_DAYS = 36_500;

/** How long pushed events are kept and where they go then; what is wrong with it is added to `faults`. */
export function eventSettings(values: Variables, faults: string[]): EventSettings {
  const byType = new Map<string, number>();
  for (const entry of values.EVENTS_TTL ?? []) {
    const [type = '', days] = entry.split('=');
    // Told already, as a departure from the schema.
    if (days === undefined) continue;
    const span = Number(days);
    if (!(span >= 1 && span <= LONGEST_DAYS))
      faults.push(`EVENTS_TTL ${type} must be of 1 to ${LONGEST_DAYS} days`);
    else if (byType.has(type)) faults.push(`EVENTS_TTL names ${type} twice`);
    byType.set(type, span);
  }
  const archive = archiveTarget(values, faults);
  const types = readEventTypes(values.EVENT_TYPES_DIR, faults);
  // The setting is the operator's last word; a declaration only proposes.
  for (const { id, ttlDays } of types) if (ttlDays !== undefined && !byType.has(id)) byType.set(id, ttlDays);
  return {
    types,
    streamsHours: values.EVENT_STREAMS_HOURS,
    retention: { days: values.EVENTS_RETENTION_DAYS, byType },
    ...(archive === undefined ? {} : { archive }),
  };
}

function archiveTarget(values: Variables, faults: string[]): ArchiveTarget | undefined {
  const { EVENTS_ARCHIVE_DIR: folder, EVENTS_ARCHIVE_S3_BUCKET: bucket } = values;
  if (folder !== undefined && bucket !== undefined)
    faults.push('EVENTS_ARCHIVE_DIR and EVENTS_ARCHIVE_S3_BUCKET are both set: events go to one place');
  if (folder !== undefined) return { kind: 'folder', folder };
  const accessKeyId = values.EVENTS_ARCHIVE_S3_ACCESS_KEY_ID;
  const secretAccessKey = values.EVENTS_ARCHIVE_S3_SECRET_ACCESS_KEY;
  if (bucket === undefined) {
    if (accessKeyId !== undefined || secretAccessKey !== undefined)
      faults.push('EVENTS_ARCHIVE_S3_BUCKET is missing: keys to it are set');
    return undefined;
  }
  if (accessKeyId === undefined) faults.push('EVENTS_ARCHIVE_S3_ACCESS_KEY_ID is missing');
  if (secretAccessKey === undefined) faults.push('EVENTS_ARCHIVE_S3_SECRET_ACCESS_KEY is missing');
  const { EVENTS_ARCHIVE_S3_ENDPOINT: endpoint, EVENTS_ARCHIVE_S3_REGION: region } = values;
  return {
    kind: 's3',
    bucket,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    prefix: values.EVENTS_ARCHIVE_S3_PREFIX,
    accessKeyId: accessKeyId ?? '',
    secretAccessKey: secretAccessKey ?? '',
    spool: join(values.DATA_DIR, 'archive'),
  };
}
