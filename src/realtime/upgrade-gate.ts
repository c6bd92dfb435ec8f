import { EventEmitter } from 'node:events';
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

type AnswerRequest = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Sorts upgrade requests by path. Those under `prefix` are emitted (`upgrade`) to whoever handles sockets; all others
 * are answered by `answer` as if they had not asked, and their connection is closed: nobody reads on from it.
 */
export class UpgradeGate extends EventEmitter {
  readonly #server: Server;
  readonly #listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

  constructor(server: Server, prefix: string, answer: AnswerRequest) {
    super();
    this.#server = server;
    this.#listener = (request, socket, head) => {
      const asksForSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
      if (asksForSocket && request.url?.startsWith(prefix)) this.emit('upgrade', request, socket, head);
      else answerPlainly(request, socket, answer);
    };
    server.on('upgrade', this.#listener);
  }

  close(): void {
    this.#server.off('upgrade', this.#listener);
  }
}

// A body behind the request was never read, so only requests without one can be answered.
const ANSWERABLE = new Set(['GET', 'HEAD', 'OPTIONS']);
const REFUSAL = 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

function answerPlainly(request: IncomingMessage, socket: Duplex, answer: AnswerRequest): void {
  socket.on('error', () => socket.destroy());
  if (!ANSWERABLE.has(request.method ?? '')) {
    socket.end(REFUSAL);
    return;
  }
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  response.on('finish', () => socket.end());
  answer(request, response);
}
