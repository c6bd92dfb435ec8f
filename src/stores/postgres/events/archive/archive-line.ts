import type { StoredEvent } from '../../../../domain/event.ts';
import { epochMs, iso } from '../../../../domain/time.ts';

/** One event as a line of NDJSON, `data` last and as it came but for line breaks between its tokens. */
export function archiveLine(event: StoredEvent): string {
  const { data, receivedAt, occurredAt, ...rest } = event;
  const times = {
    receivedAt: iso(receivedAt),
    ...(occurredAt === undefined ? {} : { occurredAt: iso(occurredAt) }),
  };
  // In JSON a line break can only stand between tokens; inside of a string it is an escape.
  return `${JSON.stringify({ ...rest, ...times }).slice(0, -1)},"data":${data.replaceAll(/[\r\n]/g, ' ')}}\n`;
}

/** The event of a line. Throws `SyntaxError` for what is none. */
export function archivedEvent(line: string): StoredEvent {
  const { data: _, receivedAt, occurredAt, ...rest } = JSON.parse(line);
  return {
    ...rest,
    // Not printed anew, which would change how numbers are spelt: the first `,"data":` outside of a string is ours,
    // and in strings before it the quotes are escaped.
    data: line.slice(line.indexOf(',"data":') + ',"data":'.length, line.lastIndexOf('}')),
    receivedAt: epochMs(Date.parse(receivedAt)),
    ...(occurredAt === undefined ? {} : { occurredAt: epochMs(Date.parse(occurredAt)) }),
  };
}
