const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Unpredictable text of `length` characters `0-9a-z`. */
export function randomText(length: number): string {
  let text = '';
  // 36 does not divide 256: the slight lean towards the first letters is of no matter to an identifier.
  for (const byte of crypto.getRandomValues(new Uint8Array(length))) text += ALPHABET[byte % ALPHABET.length];
  return text;
}
