const CRLF = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** Finds the ends of HTTP/1.1 answers in what a connection sends. Knows `Content-Length` only, which is all we load. */
export class AnswerReader {
  #rest: Buffer | undefined;
  /** Bytes of the present body still to come. */
  #missing = 0;

  /** How many answers ended in these bytes; `status` is told of each. */
  read(bytes: Buffer, status: (code: number) => void): number {
    let data = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = undefined;
    let ended = 0;
    for (;;) {
      if (this.#missing > 0) {
        const taken = Math.min(this.#missing, data.length);
        this.#missing -= taken;
        data = data.subarray(taken);
        if (this.#missing > 0) return ended;
        ended += 1;
      }
      if (data.length === 0) return ended;
      const end = data.indexOf(CRLF);
      if (end < 0) {
        this.#rest = Buffer.from(data);
        return ended;
      }
      const head = data.toString('latin1', 0, end);
      const code = Number(head.slice(9, 12));
      status(code);
      const length = code === 304 ? 0 : Number(LENGTH.exec(head)?.[1] ?? Number.NaN);
      if (!Number.isInteger(length)) throw new Error(`an answer of unknown length: ${head}`);
      data = data.subarray(end + 4);
      this.#missing = length;
      if (length === 0) ended += 1;
    }
  }
}
