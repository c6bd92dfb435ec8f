/** Loads one address over kept-alive connections, each with a few requests under way, for a bounded count. */
import { serveJsonLines } from '../json-lines.ts';
import { AnswerReader } from './answer-reader.ts';

export interface HttpLoad {
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Requests under way on a connection. */
  readonly depth: number;
  readonly requests: number;
}

export interface HttpLoaded {
  readonly ms: number;
  readonly statuses: Readonly<Record<string, number>>;
}

const LIMIT = 60_000;

await serveJsonLines<HttpLoad>({}, load);

async function load({ port, path, headers, connections, depth, requests }: HttpLoad): Promise<HttpLoaded> {
  const fields = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${fields.join('')}\r\n`;
  const statuses: Record<string, number> = {};
  const done = Promise.withResolvers<void>();
  const late = setTimeout(() => done.reject(new Error(`${path} took over ${LIMIT} ms`)), LIMIT);
  let sent = 0;
  let ended = 0;

  const sockets = await Promise.all(
    Array.from({ length: connections }, () => {
      const reader = new AnswerReader();
      return Bun.connect({
        hostname: '127.0.0.1',
        port,
        socket: {
          data: (socket, bytes) => {
            let answered = 0;
            try {
              answered = reader.read(bytes, (code) => {
                statuses[code] = (statuses[code] ?? 0) + 1;
              });
            } catch (error) {
              done.reject(error);
            }
            ended += answered;
            const next = Math.min(answered, requests - sent);
            sent += next;
            if (next > 0) socket.write(request.repeat(next));
            if (ended >= requests) done.resolve();
          },
          close: () => {
            if (ended < requests) done.reject(new Error('the server closed a connection'));
          },
          error: (_socket, error) => done.reject(error),
        },
      });
    }),
  );
  const begun = performance.now();
  for (const socket of sockets) {
    const first = Math.min(depth, requests - sent);
    sent += first;
    if (first > 0) socket.write(request.repeat(first));
  }
  try {
    await done.promise;
    return { ms: performance.now() - begun, statuses };
  } finally {
    clearTimeout(late);
    for (const socket of sockets) socket.end();
  }
}
