import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Millis } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LineAddress, LineClient, LineConnection } from '../../ports/line-client.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { LineSplitter } from './line-splitter.ts';

export interface LineClientOptions {
  readonly clock: Pick<Clock, 'schedule'>;
  /** For the connection to stand, the TLS handshake included. */
  readonly connectTimeout: Millis;
  /** The most bytes a line may have. */
  readonly maxLineBytes: number;
  /** Certificates to trust in place of the machine's, in PEM. */
  readonly ca?: string;
}

/** So many bytes that were not sent yet mean that nobody reads at the other end. */
const MOST_UNSENT = 1024 * 1024;

/** `LineClient` on TCP sockets, with TLS or without. */
export class SocketLineClient implements LineClient {
  readonly #options: LineClientOptions;

  constructor(options: LineClientOptions) {
    this.#options = options;
  }

  async open(address: LineAddress, signal: AbortSignal): Promise<LineConnection> {
    signal.throwIfAborted();
    const socket = this.#dial(address);
    try {
      await this.#standing(socket, address.tls, signal);
    } catch (error) {
      socket.destroy();
      if (signal.aborted) throw signal.reason;
      throw errorOfSocket(error);
    }
    return new SocketLineConnection(socket, this.#options.maxLineBytes, signal);
  }

  #dial({ host, port, tls }: LineAddress): Socket {
    const { ca } = this.#options;
    const socket = tls
      ? connectTls({ host, port, ...(isName(host) && { servername: host }), ...(ca !== undefined && { ca }) })
      : connectPlain({ host, port });
    socket.setNoDelay(true);
    return socket;
  }

  #standing(socket: Socket, tls: boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown) => {
        cancel();
        signal.removeEventListener('abort', settle);
        socket.off('error', settle).off('close', closed);
        if (error === undefined) resolve();
        else reject(error);
      };
      const closed = () => settle(new Error('closed before it stood'));
      const cancel = this.#options.clock.schedule(this.#options.connectTimeout, () =>
        settle(new ProviderError('PROVIDER_TIMEOUT', 'No connection in time')),
      );
      signal.addEventListener('abort', settle, { once: true });
      socket.once('error', settle).once('close', closed);
      socket.once(tls ? 'secureConnect' : 'connect', () => settle());
    });
  }
}

class SocketLineConnection implements LineConnection {
  readonly lines: AsyncIterable<string>;
  readonly #socket: Socket;
  readonly #signal: AbortSignal;

  constructor(socket: Socket, limit: number, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    this.lines = this.#read(limit);
    // Reading tells of errors too; one that comes when nobody reads must not be the process's.
    socket.on('error', () => {});
    signal.addEventListener('abort', this.#abort, { once: true });
    if (signal.aborted) this.#abort();
  }

  send(line: string): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#socket.write(`${line}\r\n`);
    if (this.#socket.writableLength > MOST_UNSENT) this.close();
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#socket.destroy();
  }

  readonly #abort = (): void => this.close();

  async *#read(limit: number): AsyncGenerator<string> {
    const splitter = new LineSplitter(limit);
    try {
      // The socket is read only as fast as the lines are taken.
      for await (const bytes of this.#socket) yield* splitter.push(bytes as Uint8Array);
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason;
      throw errorOfSocket(error);
    } finally {
      this.close();
    }
    if (this.#signal.aborted) throw this.#signal.reason;
    throw new ProviderError('PROVIDER_UNREACHABLE', 'The connection was closed');
  }
}

const isName = (host: string): boolean => !/^[\d.]+$/.test(host) && !host.includes(':');

/** Our error for whatever a socket said; its own text may name more than is ours to show. */
function errorOfSocket(cause: unknown): ProviderError {
  if (cause instanceof ProviderError) return cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const reason = typeof code === 'string' ? code : 'unknown';
  const options = { cause, details: { reason } };
  return reason === 'ETIMEDOUT'
    ? new ProviderError('PROVIDER_TIMEOUT', 'No connection in time', options)
    : new ProviderError('PROVIDER_UNREACHABLE', 'No connection, or one that broke', options);
}
