import type { EventDraft } from '../../../domain/event.ts';

/** Stands between the members of a list on its way to Postgres; no JSON text holds it. */
export const SEPARATOR = '\x1e';

// A time that Postgres and `Date` both know, in years of four digits.
const FIRST_TIME = Date.parse('0001-01-01T00:00:00Z');
const LAST_TIME = Date.parse('9999-12-31T23:59:59.999Z');

/** Why a draft can never be stored; `undefined` for one that may be. Whether `data` is JSON, Postgres finds out. */
export function faultOf(draft: EventDraft): string | undefined {
  const { source, externalId, eventType, subject, itemId, bodyHash, matchId = '', data } = draft;
  if (source.length < 1 || source.length > 64) return 'source is not of 1 to 64 characters';
  if (externalId.length < 1 || externalId.length > 200) return 'id is not of 1 to 200 characters';
  if (eventType.length < 1 || eventType.length > 200) return 'eventType is not of 1 to 200 characters';
  for (const text of [source, externalId, eventType, subject, itemId, bodyHash, matchId, data])
    if (text.includes(SEPARATOR) || text.includes('\0') || !text.isWellFormed())
      return 'text holds a control character or half a surrogate pair';
  if (!isTime(draft.receivedAt)) return 'receivedAt is not a time';
  if (draft.occurredAt !== undefined && !isTime(draft.occurredAt)) return 'occurredAt is not a time';
  return undefined;
}

const isTime = (at: number): boolean => Number.isInteger(at) && at >= FIRST_TIME && at <= LAST_TIME;
