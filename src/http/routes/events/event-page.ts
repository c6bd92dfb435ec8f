import type { StoredEvent } from '../../../domain/event.ts';
import type { EventLog, EventQuery } from '../../../ports/event-log.ts';

/** Events asked for at once, and characters of data on a page: events may be large, and a page of them must not be. */
const CHUNK = 128;
const LARGEST_PAGE = 8 * 2 ** 20;

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** There are older ones. */
  readonly hasMore: boolean;
}

/** At most `limit` events, fewer where they are large; one at least where there is one. */
export async function eventPage(log: Pick<EventLog, 'search'>, query: EventQuery): Promise<EventPage> {
  const { limit } = query;
  const events: StoredEvent[] = [];
  let characters = 0;
  for (;;) {
    // One more than asked for tells whether there is a next page.
    const asked = Math.min(CHUNK, limit + 1 - events.length);
    const last = events.at(-1);
    const found = await log.search({ ...query, limit: asked, ...(last && { before: last }) });
    for (const event of found) {
      characters += event.data.length;
      const isFull = events.length === limit || (events.length > 0 && characters > LARGEST_PAGE);
      if (isFull) return { events, hasMore: true };
      events.push(event);
    }
    if (found.length < asked) return { events, hasMore: false };
  }
}
