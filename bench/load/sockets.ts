/** Thousands of light WebSocket clients in one process: they count what they get, and note when. */
import type { Socket } from 'bun';
import { serveJsonLines } from '../json-lines.ts';
import { quantile } from '../statistics.ts';
import { clientFrame, FrameReader, pongFrame } from './frame-reader.ts';

export type SocketsOrder =
  | {
      readonly do: 'open';
      readonly count: number;
      readonly port: number;
      readonly path: string;
      /** Sent as soon as the first message has come. */
      readonly greeting?: string;
    }
  | { readonly do: 'close'; readonly count: number }
  /** Waits until every socket has had every one of these. */
  | { readonly do: 'await'; readonly published: readonly Published[] };

export interface Published {
  /** The numbers of the messages it made. */
  readonly seqs: readonly number[];
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
}

export interface Received {
  readonly deliveries: number;
  /** From publishing to each socket, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const OPENING_AT_ONCE = 100;
const LIMIT = 30_000;
const SEQ = /"seq":(\d+)/;

const sockets = new Set<Socket<undefined>>();
/** When each of them got the message, by its number. */
const arrivals = new Map<number, number[]>();
let onArrival = () => {};

await serveJsonLines<SocketsOrder>({}, async (order) => {
  switch (order.do) {
    case 'open': {
      for (let left = order.count; left > 0; left -= OPENING_AT_ONCE) {
        await Promise.all(Array.from({ length: Math.min(left, OPENING_AT_ONCE) }, () => open(order)));
      }
      return { open: sockets.size };
    }
    case 'close': {
      for (const socket of [...sockets].slice(0, order.count)) {
        sockets.delete(socket);
        socket.end();
      }
      return { open: sockets.size };
    }
    case 'await':
      return received(order.published);
  }
});

/** Resolves once the server has sent its first message. */
function open({ port, path, greeting }: Extract<SocketsOrder, { do: 'open' }>): Promise<void> {
  const opened = Promise.withResolvers<void>();
  const late = setTimeout(() => opened.reject(new Error(`no first message from ${path}`)), LIMIT);
  const frames = new FrameReader();
  let isUpgraded = false;
  let greeted = greeting === undefined;
  const take = (socket: Socket<undefined>, bytes: Buffer): void => {
    const now = performance.timeOrigin + performance.now();
    frames.read(bytes, (frame) => {
      if (frame.kind === 'ping') socket.write(pongFrame(frame.payload));
      if (frame.kind !== 'text') return;
      // Socket.IO's ping and pong.
      if (frame.text === '2') return void socket.write(clientFrame('3'));
      if (!greeted && greeting !== undefined) {
        greeted = true;
        socket.write(clientFrame(greeting));
        return;
      }
      opened.resolve();
      if (!frame.text.includes('score_update')) return;
      const seq = Number(SEQ.exec(frame.text)?.[1]);
      const times = arrivals.get(seq);
      if (times === undefined) arrivals.set(seq, [now]);
      else times.push(now);
      onArrival();
    });
  };
  Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open: (socket) => {
        sockets.add(socket);
        socket.write(
          `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
            'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        );
      },
      data: (socket, bytes) => {
        if (isUpgraded) return take(socket, bytes);
        const text = bytes.toString('latin1');
        if (!text.startsWith('HTTP/1.1 101')) return opened.reject(new Error(text.slice(0, 200)));
        isUpgraded = true;
        take(socket, bytes.subarray(text.indexOf('\r\n\r\n') + 4));
      },
      close: (socket) => {
        if (!sockets.delete(socket)) return;
        console.error('a server closed a socket');
        process.exit(1);
      },
      error: (_socket, error) => opened.reject(error),
    },
  }).catch(opened.reject);
  return opened.promise.finally(() => clearTimeout(late));
}

async function received(published: readonly Published[]): Promise<Received> {
  const sent = published.flatMap(({ seqs, at }) => seqs.map((seq) => ({ seq, at })));
  const wanted = sent.length * sockets.size;
  const have = () => sent.reduce((sum, { seq }) => sum + (arrivals.get(seq)?.length ?? 0), 0);
  const whole = Promise.withResolvers<void>();
  const late = setTimeout(() => whole.reject(new Error(`${have()} of ${wanted} messages arrived`)), LIMIT);
  // Counting is dear, so not for each one.
  let arrived = have();
  onArrival = () => {
    arrived += 1;
    if (arrived >= wanted) whole.resolve();
  };
  if (arrived >= wanted) whole.resolve();
  await whole.promise.finally(() => clearTimeout(late));
  onArrival = () => {};
  const spans = new Float64Array(wanted);
  let deliveries = 0;
  for (const { seq, at } of sent) {
    for (const time of arrivals.get(seq) ?? []) spans[deliveries++] = time - at;
  }
  arrivals.clear();
  return { deliveries, p50: quantile(spans, 0.5), p99: quantile(spans, 0.99) };
}
