import type { StoredEvent } from '../../../domain/event.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { MatchView } from '../../../domain/view.ts';
import type { IncomingEvent } from '../../../ports/event-intake.ts';
import { Problem, quoted } from '../../problem.ts';
import { entryId, isAdded, MANUAL } from './entry.ts';
import { moved, scored } from './scored.ts';

/** The identity of what takes an event back: there is one, however often it is asked for. */
export const undoId = (view: Pick<MatchView, 'id'>, itemId: string): string =>
  entryId(view, `undo:${itemId}`);

/** The event that takes another one back, with the score as it is without it. Throws `Problem`. */
export function undoOf(
  original: StoredEvent,
  view: MatchView,
  made: { readonly by: string; readonly at: EpochMs },
): IncomingEvent {
  const data = JSON.parse(original.data) as Readonly<Record<string, unknown>>;
  if (original.eventType !== 'match_event' || data.id === undefined || !isAdded(data))
    throw new Problem(
      'EVENT_NOT_UNDOABLE',
      `${quoted(original.itemId)} is a ${original.eventType} that cannot be taken back: enter what is right.`,
    );
  const change = scored(data, view.match);
  const { type, team, minute } = data;
  return {
    source: MANUAL,
    eventType: 'match_event',
    id: undoId(view, original.itemId),
    receivedAt: made.at,
    data: {
      matchId: view.id,
      id: data.id,
      action: 'delete',
      type,
      ...(team !== undefined && { team }),
      ...(minute !== undefined && { minute }),
      ...(change !== undefined && view.score?.score ? moved(view.score.score, change, -1) : {}),
      enteredBy: made.by,
    },
  };
}
