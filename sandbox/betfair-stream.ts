import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './betfair-certificate.ts';
import type { BetfairExchange } from './betfair-exchange.ts';
import { type Manner, StreamClient } from './betfair-stream-client.ts';

export interface StreamServerOptions {
  readonly exchange: BetfairExchange;
  readonly isGood: (appKey: unknown, session: unknown) => boolean;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Speaks TLS with it; plain TCP without. */
  readonly certificate?: Certificate;
  /** Markets that one subscription may have; 200 when absent. */
  readonly limit?: number;
  /** Markets in one segment of an image; 50 when absent. */
  readonly segment?: number;
}

/** What a client has said, in order over all connections. */
export interface HeardOp {
  readonly connection: number;
  readonly op: Readonly<Record<string, unknown>>;
}

export interface StreamServer {
  readonly port: number;
  /** Connections made so far, and those that stand. */
  readonly connections: number;
  readonly open: number;
  readonly heard: readonly HeardOp[];
  /** Says nothing any more, heartbeats included, and goes on listening. */
  mute(on: boolean): void;
  /** Says with each message that what it sends is out of date, and says so at once. */
  outOfDate(on: boolean): void;
  /** Refuses the next authentication or subscription like that. */
  refuseNext(op: 'authentication' | 'marketSubscription', errorCode: string): void;
  /** Sends this line to everybody, whatever it is. */
  sendLine(line: string): void;
  /** Ends every connection; `in-line`: after half a line. */
  cut(manner?: 'clean' | 'in-line'): void;
  stop(): Promise<void>;
}

/** The Exchange Stream on loopback: authentication, one subscription a connection, images, deltas, heartbeats, clocks. */
export async function startStream(options: StreamServerOptions): Promise<StreamServer> {
  const clients = new Set<StreamClient>();
  const heard: HeardOp[] = [];
  const manner: Manner = { muted: false, outOfDate: false, refusals: new Map() };
  let connections = 0;

  const meet = (socket: Socket): void => {
    const connection = ++connections;
    const client = new StreamClient(socket, options, manner, (op) => heard.push({ connection, op }));
    clients.add(client);
    socket.on('close', () => {
      clients.delete(client);
      client.end();
    });
  };
  const { certificate } = options;
  const server: Server = certificate ? createTlsServer(certificate, meet) : createServer(meet);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get open() {
      return clients.size;
    },
    heard,
    mute: (on) => {
      manner.muted = on;
    },
    outOfDate: (on) => {
      manner.outOfDate = on;
      for (const client of clients) client.heartbeat();
    },
    refuseNext: (op, errorCode) => manner.refusals.set(op, errorCode),
    sendLine: (line) => {
      for (const client of clients) client.write(`${line}\r\n`);
    },
    cut: (how = 'clean') => {
      for (const client of clients) client.cut(how);
    },
    stop: () =>
      new Promise((resolve) => {
        for (const client of clients) client.cut('clean');
        server.close(() => resolve());
      }),
  };
}
