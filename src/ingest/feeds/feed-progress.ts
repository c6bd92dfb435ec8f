import type { StoredEvent } from '../../domain/event.ts';
import type { DeadLetter } from '../../ports/event-log.ts';
import type { FeedHealth } from '../../ports/feed-health.ts';

/** What a consumer of the event log tells of each event. */
type Outcome = 'done' | 'repeated' | 'unresolved' | 'ignored';

/** The consumer at whose end an event has reached what it is for. */
const LAST = 'views';

/**
 * Notes in the health of a feed what becomes of its events after they are committed. One that says nothing of a score
 * or a price is processed too: nothing is left to be done with it.
 */
export function feedProgress(health: FeedHealth) {
  return {
    handled: (consumer: string, event: StoredEvent, outcome: Outcome): void => {
      if (consumer !== LAST || outcome === 'repeated') return;
      if (outcome === 'unresolved') health.failed(event.source, 'MATCH_UNRESOLVED');
      else health.processed(event.source, event);
    },
    buried: ({ event, code }: DeadLetter): void => health.failed(event.source, code),
  };
}
