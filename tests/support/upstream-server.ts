import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface UpstreamServer {
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly IncomingMessage[];
  /** Connections made so far. */
  readonly connections: number;
  /** Resolves when the server has had `count` requests. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A real server on loopback that stands for a provider; `answer` is free to misbehave. */
export async function upstreamServer(answer: RequestListener): Promise<UpstreamServer> {
  const requests: IncomingMessage[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
    for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    received: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
