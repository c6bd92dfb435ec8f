import type { EventDraft } from '../../../domain/event.ts';

/** Stands between the members of a list on its way to Postgres; no JSON text holds it. */
export const SEPARATOR = '\x1e';

// A time that Postgres and `Date` both know, in years of four digits.
const FIRST_TIME = Date.parse('0001-01-01T00:00:00Z');
const LAST_TIME = Date.parse('9999-12-31T23:59:59.999Z');

// In characters. What is in an index must fit into a third of a page, in any script.
const LONGEST = {
  source: 64,
  externalId: 200,
  eventType: 200,
  subject: 1_000,
  itemId: 64,
  bodyHash: 200,
} as const;
const TEXTS = Object.keys(LONGEST) as (keyof typeof LONGEST)[];

/** Why a draft can never be stored; `undefined` for one that may be. Whether `data` is JSON, Postgres finds out. */
export function faultOf(draft: EventDraft): string | undefined {
  const { source, externalId, eventType, subject, itemId, bodyHash, data, matchId = '' } = draft;
  // Looking through a text is dear, and nearly all are good: all of them at once, and one by one when that fails.
  const all = `${source}\n${externalId}\n${eventType}\n${subject}\n${itemId}\n${bodyHash}\n${matchId}\n${data}`;
  const isGood = isStorable(all);
  for (const name of TEXTS) {
    const { length } = draft[name];
    if (length < 1 || length > LONGEST[name]) return `${name} is not of 1 to ${LONGEST[name]} characters`;
    if (!isGood && !isStorable(draft[name]))
      return `${name} holds a control character or half a surrogate pair`;
  }
  if (data === '' || !(isGood || isStorable(data))) return 'data is not JSON';
  if (matchId.length > 64 || !(isGood || isStorable(matchId))) return 'matchId is none';
  if (!isTime(draft.receivedAt)) return 'receivedAt is not a time';
  if (draft.occurredAt !== undefined && !isTime(draft.occurredAt)) return 'occurredAt is not a time';
  return undefined;
}

const isStorable = (text: string): boolean =>
  !text.includes('\0') && !text.includes(SEPARATOR) && text.isWellFormed();

const isTime = (at: number): boolean => Number.isInteger(at) && at >= FIRST_TIME && at <= LAST_TIME;
