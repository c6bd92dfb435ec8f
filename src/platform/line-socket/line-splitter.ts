import { ProviderError } from '../../ports/provider-error.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Cuts bytes into lines, ended by CRLF or LF, whatever pieces they come in. Empty lines are left out. */
export class LineSplitter {
  readonly #limit: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  /** Pieces of the line that has not ended yet, and their bytes. */
  #pieces: Uint8Array[] = [];
  #held = 0;

  /** `limit`: the most bytes a line may have. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that end in this piece. Throws `ProviderError` for a line over the limit, or one that is not UTF-8. */
  *push(bytes: Uint8Array): Generator<string> {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      this.#hold(bytes.subarray(start, end));
      start = end + 1;
      const line = this.#take();
      if (line !== '') yield line;
    }
    this.#hold(bytes.subarray(start));
  }

  #hold(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#held += piece.length;
    if (this.#held > this.#limit) {
      throw new ProviderError('PROVIDER_BODY_TOO_LARGE', 'A line is longer than is worth reading', {
        details: { limit: this.#limit },
      });
    }
    this.#pieces.push(piece);
  }

  #take(): string {
    const [only] = this.#pieces;
    const whole = only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#held = 0;
    const line = whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    try {
      return this.#decoder.decode(line);
    } catch {
      throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'A line is not the UTF-8 text it has to be');
    }
  }
}
