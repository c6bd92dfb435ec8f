/** The least that sends a message to many sockets on Bun: a list and a loop. Its template is the first argument. */
import type { ServerWebSocket } from 'bun';
import { serveJsonLines } from '../json-lines.ts';

const template = process.argv[2] ?? '';
const sockets = new Set<ServerWebSocket>();

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request, bun) => (bun.upgrade(request) ? undefined : new Response(null, { status: 426 })),
  websocket: {
    open: (socket) => {
      sockets.add(socket);
      socket.send('{"type":"snapshot"}');
    },
    message: () => {},
    close: (socket) => void sockets.delete(socket),
  },
});
process.once('SIGTERM', () => process.exit(0));

let seq = 0;
await serveJsonLines<{ readonly do: 'publish' | 'settle' }>({ port: server.port }, (question) => {
  if (question.do === 'settle') {
    Bun.gc(true);
    return {};
  }
  seq += 1;
  const at = performance.timeOrigin + performance.now();
  const text = template.replace(/"seq":\d+/, `"seq":${seq}`);
  for (const socket of sockets) socket.send(text);
  return { at, seqs: [seq] };
});
