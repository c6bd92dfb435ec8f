/** Deeper than any event we take: its text is not worth keeping. */
const MOST_DEPTH = 40;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Walks over a JSON text that is known to be valid, to find where its parts stand: parsing tells values, not how they
 * were written.
 */
export class JsonText {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The texts of the named members of each element of the list; of the whole where it is no list. */
  membersOf(names: readonly string[]): (ReadonlyMap<string, string> | undefined)[] {
    this.#skipSpace();
    if (this.#code() !== OPEN_LIST) return [this.#members(names)];
    const elements: (ReadonlyMap<string, string> | undefined)[] = [];
    this.#at++;
    for (;;) {
      this.#skipSpace();
      const code = this.#code();
      if (code === CLOSE_LIST || Number.isNaN(code)) return elements;
      if (code === COMMA) this.#at++;
      else elements.push(this.#members(names));
    }
  }

  /** Leaves the object behind; `undefined` for what is none, or is too deep. */
  #members(names: readonly string[]): ReadonlyMap<string, string> | undefined {
    if (this.#code() !== OPEN_OBJECT) {
      this.#skipValue();
      return undefined;
    }
    const members = new Map<string, string>();
    let isDeep = false;
    this.#at++;
    for (;;) {
      this.#skipSpace();
      const code = this.#code();
      if (code !== QUOTE) {
        this.#at++;
        if (code === COMMA) continue;
        return isDeep ? undefined : members;
      }
      const name = this.#string();
      this.#skipSpace();
      // The colon.
      this.#at++;
      this.#skipSpace();
      const from = this.#at;
      if (this.#skipValue() > MOST_DEPTH) isDeep = true;
      // Of members with the same name the last one counts, as it does for the parser.
      if (names.includes(name)) members.set(name, this.#text.slice(from, this.#at));
    }
  }

  #string(): string {
    const from = this.#at;
    this.#skipString();
    const raw = this.#text.slice(from, this.#at);
    return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  }

  /** How deep the value was. */
  #skipValue(): number {
    let depth = 0;
    let deepest = 0;
    for (;;) {
      const code = this.#code();
      if (code === QUOTE) this.#skipString();
      else if (code === OPEN_OBJECT || code === OPEN_LIST) {
        depth++;
        if (depth > deepest) deepest = depth;
        this.#at++;
      } else if (depth === 0) {
        this.#skipWord();
        return deepest;
      } else {
        if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth--;
        this.#at++;
        if (depth === 0 && (code === CLOSE_OBJECT || code === CLOSE_LIST)) return deepest;
        continue;
      }
      if (depth === 0) return deepest;
    }
  }

  /** A number, `true`, `false` or `null`. */
  #skipWord(): void {
    for (;;) {
      const code = this.#code();
      if (!(code > 0x20) || code === COMMA || code === CLOSE_OBJECT || code === CLOSE_LIST) return;
      this.#at++;
    }
  }

  #skipString(): void {
    let end = this.#text.indexOf('"', this.#at + 1);
    while (this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    this.#at = end + 1;
  }

  #isEscaped(at: number): boolean {
    let slashes = 0;
    while (this.#text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    return slashes % 2 === 1;
  }

  #skipSpace(): void {
    while (this.#code() <= 0x20) this.#at++;
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }
}
