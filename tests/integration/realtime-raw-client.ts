import { connect, type Socket } from 'node:net';
import type { Message } from './realtime-harness.ts';

/** A client that is only a TCP connection: it answers no pings, and it can stop reading. */
export class RawClient {
  readonly messages: Message[] = [];
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  #unread = Buffer.alloc(0);
  #upgraded = false;

  constructor(port: number, path: string) {
    this.#socket = connect(port, '127.0.0.1', () =>
      this.#socket.write(
        `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
          'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      ),
    );
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => resolve());
  }

  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  cut(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    if (!this.#upgraded) {
      const end = this.#unread.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#upgraded = true;
      this.#unread = this.#unread.subarray(end + 4);
    }
    for (let frame = nextFrame(this.#unread); frame !== undefined; frame = nextFrame(this.#unread)) {
      this.#unread = this.#unread.subarray(frame.end);
      if (frame.opcode === TEXT) this.messages.push(JSON.parse(frame.payload.toString()));
    }
  }
}

const TEXT = 1;

/** The first whole frame of a server (unmasked, unfragmented). */
function nextFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const header = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < header) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = header + length;
  if (bytes.length < end) return undefined;
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload: bytes.subarray(header, end), end };
}
