/** The part of a `ws` socket that is written to. */
export interface LibrarySocket {
  readonly bufferedAmount: number;
  send(text: string, options: { readonly binary: false; readonly compress: false }): void;
}

/** The way out to one client. */
export interface Wire {
  /** Hands a text over; false when some of it, or of what went before, had to be kept because the client reads slowly. */
  send(text: string): boolean;
  /** Bytes that are kept. */
  unsent(): number;
}

/** Bun's own socket. */
interface NativeSocket {
  /** -1: kept. */
  sendText(text: string): number;
  getBufferedAmount(): number;
}

/**
 * The cheapest way to write to the socket. Bun keeps its own socket behind the one that looks like `ws`: writing to it
 * directly, and learning from the answer that the client is slow, is a tenth of the cost of a message (bench:fanout).
 * It stands under a symbol that is nobody's contract, so where it is not found the library's way is taken.
 */
export function wireOf(socket: LibrarySocket): Wire {
  const native = nativeOf(socket);
  return native === undefined ? new LibraryWire(socket) : new NativeWire(native);
}

function nativeOf(socket: LibrarySocket): NativeSocket | undefined {
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    const value: unknown = Reflect.get(socket, symbol);
    if (isNativeSocket(value)) return value;
  }
  return undefined;
}

const isNativeSocket = (value: unknown): value is NativeSocket =>
  typeof value === 'object' &&
  value !== null &&
  'sendText' in value &&
  typeof value.sendText === 'function' &&
  'getBufferedAmount' in value &&
  typeof value.getBufferedAmount === 'function';

class NativeWire implements Wire {
  readonly #socket: NativeSocket;

  constructor(socket: NativeSocket) {
    this.#socket = socket;
  }

  send(text: string): boolean {
    return this.#socket.sendText(text) !== -1;
  }

  unsent(): number {
    return this.#socket.getBufferedAmount();
  }
}

const AS_TEXT = { binary: false, compress: false } as const;

class LibraryWire implements Wire {
  readonly #socket: LibrarySocket;

  constructor(socket: LibrarySocket) {
    this.#socket = socket;
  }

  send(text: string): boolean {
    this.#socket.send(text, AS_TEXT);
    return this.#socket.bufferedAmount === 0;
  }

  unsent(): number {
    return this.#socket.bufferedAmount;
  }
}
