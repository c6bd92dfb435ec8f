const LONGEST_NAME = 200;
const LONGEST_ID = 128;

// C0 and C1 control characters: Postgres refuses NUL, and no name holds the others.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * A name from the wire, trimmed, inner white space made single; `undefined` when it is no text, empty, over 200
 * characters, or holds control characters or half a surrogate pair.
 */
export function wireName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.trim().replace(/\s+/g, ' ');
  return isPlain(name, LONGEST_NAME) ? name : undefined;
}

/** An id from the wire as text (whole numbers are taken too); `undefined` for anything that is not 1 to 128 characters. */
export function wireId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  return typeof value === 'string' && isPlain(value, LONGEST_ID) && value.trim() === value
    ? value
    : undefined;
}

const isPlain = (text: string, longest: number): boolean =>
  text !== '' && text.length <= longest && text.isWellFormed() && !CONTROL.test(text);
