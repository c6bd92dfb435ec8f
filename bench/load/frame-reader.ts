export type Frame =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'ping' | 'close'; readonly payload: Buffer };

/** Cuts a server's bytes into WebSocket frames: unmasked, whole messages, which is all a server sends here. */
export class FrameReader {
  #rest: Buffer | undefined;

  read(bytes: Buffer, each: (frame: Frame) => void): void {
    const data = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = undefined;
    let at = 0;
    for (;;) {
      const left = data.length - at;
      const marker = left >= 2 ? (data[at + 1] ?? 0) & 0x7f : 0;
      const head = marker === 126 ? 4 : marker === 127 ? 10 : 2;
      const isHeadWhole = left >= head;
      const length = !isHeadWhole
        ? 0
        : marker === 126
          ? data.readUInt16BE(at + 2)
          : marker === 127
            ? Number(data.readBigUInt64BE(at + 2))
            : marker;
      if (!isHeadWhole || left < head + length) {
        // Copied, so that the larger chunk is let go.
        if (left > 0) this.#rest = Buffer.from(data.subarray(at));
        return;
      }
      const opcode = (data[at] ?? 0) & 0x0f;
      const payload = data.subarray(at + head, at + head + length);
      at += head + length;
      if (opcode === 1) each({ kind: 'text', text: payload.toString('latin1') });
      else if (opcode === 8) each({ kind: 'close', payload });
      else if (opcode === 9) each({ kind: 'ping', payload });
    }
  }
}

const TEXT = 0x81;
const PONG = 0x8a;

/** A short client's frame. Clients have to mask; a mask of zeros changes nothing and is as good as any. */
export function clientFrame(payload: string | Buffer, opcode: typeof TEXT | typeof PONG = TEXT): Buffer {
  const body = Buffer.from(payload);
  if (body.length > 125) throw new RangeError('only short frames are sent');
  return Buffer.concat([Buffer.from([opcode, 0x80 | body.length, 0, 0, 0, 0]), body]);
}

export const pongFrame = (payload: Buffer): Buffer => clientFrame(payload, PONG);
