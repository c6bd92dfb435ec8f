import type { StoredEvent } from '../../domain/event.ts';
import type { MatchReference } from '../../domain/match.ts';
import type { Normalised } from '../events/event-type.ts';
import type { EventTypes } from '../events/event-types.ts';
import type { PushedFact } from '../pushed-fact.ts';

/** What a stored event says about a match; `undefined` when it is about something else. Throws `EventError`. */
export function factOf(types: EventTypes, event: StoredEvent): PushedFact | undefined {
  const normal = types.normalise(event);
  const statement = types.statementOf(event, normal);
  const notice = types.liveFactOf(event, normal);
  if (notice === undefined && statement?.score === undefined && statement?.markets === undefined)
    return undefined;
  return {
    event: { shardId: event.shardId, sequenceNumber: event.sequenceNumber },
    provider: types.observerOf(event.source),
    receivedAt: event.receivedAt,
    statement: statement ?? { match: referenceOf(types, event, normal) },
    ...(notice && { notice }),
  };
}

/** An event that only tells something names its match, if it can, by an id. */
function referenceOf(types: EventTypes, event: StoredEvent, normal: Normalised): MatchReference {
  const naming = types.get(event.eventType)?.namingOf(normal) ?? {};
  const matchId = event.matchId ?? types.matchOf(event.source, naming);
  return {
    externalId: naming.matchId ?? event.subject,
    sport: 'other',
    ...(matchId !== undefined && { matchId }),
  };
}
