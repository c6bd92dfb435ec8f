import { Type } from 'typebox';

// What cannot be seen, or turns the writing round it: anybody's text ends up on everybody's screen.
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Text to be shown to people: not blank, nothing in it that hides. */
export const isPlain = (text: string): boolean => text.trim() !== '' && !UNSEEN.test(text);

export const textField = (maxLength: number, description: string) =>
  Type.Refine(
    Type.String({ maxLength, description }),
    isPlain,
    () => 'must be text that can be seen, without control characters',
  );

/** An id as somebody else writes it: text, or a whole number that a double holds exactly. */
export const idField = (description: string) =>
  Type.Refine(
    Type.Unsafe<string | number>({ type: ['string', 'integer'], description, maxLength: 200 }),
    (id) => (typeof id === 'string' ? isPlain(id) : Number.isSafeInteger(id)),
    () => 'must be text, or a whole number below 2^53',
  );
