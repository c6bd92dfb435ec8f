// The same message to everybody in a room, on Socket.IO and Node; its template is the first argument.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Server } from 'socket.io';

const { type, ...template } = JSON.parse(process.argv[2]);
const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false });
const room = `match:${template.matchId}`;
io.on('connection', (socket) => {
  socket.join(room);
});

process.once('SIGTERM', () => process.exit(0));
http.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: http.address().port }));
});

let seq = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (JSON.parse(line).do === 'settle') {
    globalThis.gc?.();
    console.log('{}');
    continue;
  }
  seq += 1;
  const at = performance.timeOrigin + performance.now();
  io.to(room).emit(type, { ...template, seq });
  console.log(JSON.stringify({ at, seqs: [seq] }));
}
