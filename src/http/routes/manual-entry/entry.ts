import { INSTANT_EXPECTED, instantOf } from '../../../domain/instant.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { MatchView } from '../../../domain/view.ts';
import { randomText } from '../../../platform/random-text.ts';
import type { IncomingEvent } from '../../../ports/event-intake.ts';
import { Problem } from '../../problem.ts';
import { moved, scored, sideOf, tellsScore } from './scored.ts';

/** The source of everything that is entered by hand. */
export const MANUAL = 'manual';

/** What a person enters: the parts of an event with its data under `data`, or beside them. */
export interface EntryBody extends Readonly<Record<string, unknown>> {
  readonly eventType?: string;
  readonly id?: string;
  readonly occurredAt?: string | number;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface Entry {
  readonly event: IncomingEvent;
  /** What the person said, without what we have added to it. */
  readonly said: Readonly<Record<string, unknown>>;
}

/** The identity of an entry: a person's ids are unique in a match at most. */
export const entryId = (view: Pick<MatchView, 'id'>, id: string): string => `${view.id}:${id}`;

/**
 * The event of an entry: about this match, by this person, and with the score that follows from a goal where the body
 * does not tell it. That is right because the entry is bound to the state that the person has seen.
 */
export function readEntry(
  body: EntryBody,
  view: MatchView,
  made: { readonly by: string; readonly at: EpochMs; readonly key?: string },
): Entry {
  const { eventType = 'match_event', id: named = made.key, occurredAt, data, ...beside } = body;
  const given = data ?? beside;
  const side = sideOf(given.team, view.match);
  const said = side === undefined ? given : { ...given, team: side };
  if (data !== undefined && Object.keys(beside).length > 0)
    throw fault(Object.keys(beside)[0] ?? '', 'is not known beside data');
  const { matchId } = said;
  if (matchId !== undefined && matchId !== view.id) throw fault('matchId', 'is not the match of the path');
  const id = named ?? randomText(16);
  const change = scored(said, view.match);
  const event: IncomingEvent = {
    source: MANUAL,
    eventType,
    id: entryId(view, id),
    receivedAt: made.at,
    ...(occurredAt !== undefined && { occurredAt: instantAt(occurredAt) }),
    data: {
      ...said,
      matchId: view.id,
      // Without one there would be nothing to undo it by.
      ...(eventType === 'match_event' && said.id === undefined && { id }),
      ...(eventType === 'match_event' && change !== undefined && isAdded(said) && !tellsScore(said)
        ? moved(view.score?.score ?? null, change, 1)
        : {}),
      enteredBy: made.by,
    },
  };
  return { event, said };
}

export const isAdded = ({ action = 'add' }: Readonly<Record<string, unknown>>): boolean => action === 'add';

function instantAt(written: string | number): EpochMs {
  const at = instantOf(written);
  if (at === undefined) throw fault('occurredAt', INSTANT_EXPECTED);
  return at;
}

const fault = (field: string, message: string): Problem =>
  new Problem('VALIDATION_FAILED', `${field} ${message}.`, { errors: [{ in: 'body', field, message }] });
