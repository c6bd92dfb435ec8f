/** No feed we know nests deeper than about fifteen levels; every later reader of the value may recurse. */
export const DEEPEST = 64;

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];

/**
 * Follows the depth of JSON text as its bytes come in, before anything parses it. The bytes must be of an encoding that
 * keeps ASCII, as UTF-8 does.
 */
export class NestingGuard {
  #depth = 0;
  #inText = false;
  #escaped = false;

  /** False as soon as the text has gone deeper than `DEEPEST`. */
  accepts(bytes: Uint8Array): boolean {
    let depth = this.#depth;
    let inText = this.#inText;
    let escaped = this.#escaped;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inText = false;
      } else if (byte === QUOTE) inText = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (++depth > DEEPEST) return false;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--;
    }
    this.#depth = depth;
    this.#inText = inText;
    this.#escaped = escaped;
    return true;
  }
}
