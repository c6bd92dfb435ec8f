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
  for (const name of TEXTS) {
    const { length } = draft[name];
    if (length < 1 || length > LONGEST[name]) return `${name} is not of 1 to ${LONGEST[name]} characters`;
    if (!isStorable(draft[name])) return `${name} holds a control character or half a surrogate pair`;
  }
  const { data, matchId = '', receivedAt, occurredAt } = draft;
  if (data === '' || !isStorable(data)) return 'data is not JSON';
  if (matchId.length > 64 || !isStorable(matchId)) return 'matchId is none';
  if (!isTime(receivedAt)) return 'receivedAt is not a time';
  if (occurredAt !== undefined && !isTime(occurredAt)) return 'occurredAt is not a time';
  return undefined;
}

const isStorable = (text: string): boolean =>
  !text.includes('\0') && !text.includes(SEPARATOR) && text.isWellFormed();

const isTime = (at: number): boolean => Number.isInteger(at) && at >= FIRST_TIME && at <= LAST_TIME;
