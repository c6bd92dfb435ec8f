/** Pushes events over kept-alive connections: as fast as they are answered, or at a steady pace beside live sockets. */
import type { Socket } from 'bun';
import { serveJsonLines } from '../json-lines.ts';
import { quantile } from '../statistics.ts';
import { AnswerReader } from './answer-reader.ts';

export interface PushesOrder {
  readonly do: 'flood' | 'pace';
  readonly port: number;
  readonly path: string;
  readonly token: string;
  readonly connections: number;
  readonly requests: number;
  /** Events a request; a request of one is a plain object, others are NDJSON. */
  readonly batch: number;
  readonly kind: EventKind;
  /** Of `pace`: requests a second, and sockets on each match. */
  readonly perSecond?: number;
  readonly socketsEach?: number;
}

/** `score` and `comment` speak of matches and reach views; `reading` is of a type that says nothing to them. */
export type EventKind = 'score' | 'comment' | 'reading';

export interface Pushed {
  readonly ms: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** From when it was due until its answer, in milliseconds; of `pace`. */
  readonly answer?: Spread;
  /** From its answer until the message on a socket; below zero where the message came first. */
  readonly message?: Spread & { readonly count: number };
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

const MATCHES = 50;
const LIMIT = 80_000;
const STARTED = new Date(Date.now() - 20 * 60_000).toISOString();
let counter = 0;
const run = Date.now().toString(36);
const names = new Map<number, string>();

function eventText(kind: EventKind): string {
  const n = ++counter;
  const match = `bench-${n % MATCHES}`;
  const id = `${run}-${n}`;
  const fixture = `"matchId":"${match}","sport":"soccer","league":"epl","homeTeam":"Home ${match}","awayTeam":"Away ${match}","startsAt":"${STARTED}"`;
  switch (kind) {
    case 'score':
      return `{"source":"bench","eventType":"live_score","id":"${id}","data":{${fixture},"status":"live","homeScore":${Math.floor(n / 40_000)},"awayScore":0,"clock":"${n % 45}'"}}`;
    case 'comment':
      return `{"source":"bench","eventType":"match_event","id":"${id}","data":{"matchId":"${match}","id":"${id}","type":"comment","detail":"number ${n}"}}`;
    case 'reading':
      return `{"source":"bench","eventType":"race_result","id":"${id}","data":{"raceId":"race-${n % MATCHES}","race":"Harbour Grand Prix ${n}","sport":"motorsport","results":[{"position":1,"name":"M. Falk","points":25},{"position":2,"name":"I. Duarte","gap":"+11.987"}]}}`;
  }
}

function requestText({ port, path, token, batch, kind }: PushesOrder): string {
  const body =
    batch === 1 ? eventText(kind) : Array.from({ length: batch }, () => eventText(kind)).join('\n');
  const type = batch === 1 ? 'application/json' : 'application/x-ndjson';
  return (
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n` +
    `content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}

/** Writes what the socket did not take when it can take more. */
class Writer {
  #rest: Buffer | undefined;

  write(socket: Socket<undefined>, text: string): void {
    this.#put(socket, Buffer.from(text));
  }

  drain(socket: Socket<undefined>): void {
    if (this.#rest) this.#put(socket, this.#rest);
  }

  #put(socket: Socket<undefined>, bytes: Buffer): void {
    const written = socket.write(bytes);
    this.#rest = written < bytes.length ? bytes.subarray(Math.max(0, written)) : undefined;
  }
}

interface Line {
  readonly send: (text: string) => void;
  readonly end: () => void;
}

function connect(
  port: number,
  answered: (status: number) => void,
  failed: (error: Error) => void,
): Promise<Line> {
  const reader = new AnswerReader();
  const writer = new Writer();
  let ended = false;
  return Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (_socket, bytes) => {
        const codes: number[] = [];
        try {
          const count = reader.read(bytes, (code) => void codes.push(code));
          for (let i = 0; i < count; i++) answered(codes[i] ?? 202);
        } catch (error) {
          failed(error as Error);
        }
      },
      drain: (socket) => writer.drain(socket),
      close: () => {
        if (!ended) failed(new Error('the server closed a connection'));
      },
      error: (_socket, error) => failed(error),
    },
  }).then((socket) => ({
    send: (text: string) => writer.write(socket, text),
    end: () => {
      ended = true;
      socket.end();
    },
  }));
}

async function flood(order: PushesOrder): Promise<Pushed> {
  const { port, connections, requests } = order;
  const statuses: Record<string, number> = {};
  const done = Promise.withResolvers<void>();
  const late = setTimeout(() => done.reject(new Error(`pushing took over ${LIMIT} ms`)), LIMIT);
  // Made before the clock runs: the generator shares the processor with the server.
  const texts = Array.from({ length: requests }, () => requestText(order));
  let ended = 0;
  const lines: Line[] = [];
  for (let i = 0; i < connections; i++) {
    const line = await connect(
      port,
      (status) => {
        statuses[status] = (statuses[status] ?? 0) + 1;
        ended += 1;
        const next = texts.pop();
        if (next !== undefined) line.send(next);
        else if (ended === requests) done.resolve();
      },
      done.reject,
    );
    lines.push(line);
  }
  const begun = performance.now();
  for (const line of lines) {
    const first = texts.pop();
    if (first !== undefined) line.send(first);
  }
  try {
    await done.promise;
    return { ms: performance.now() - begun, statuses };
  } finally {
    clearTimeout(late);
    for (const line of lines) line.end();
  }
}

async function pace(order: PushesOrder): Promise<Pushed> {
  const { port, connections, requests, perSecond = 1_000, socketsEach = 0 } = order;
  const statuses: Record<string, number> = {};
  const answers: number[] = [];
  const answeredAt = new Map<string, number>();
  const heardAt: { readonly id: string; readonly at: number }[] = [];
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const sockets = await openSockets(
    port,
    socketsEach,
    (id) => void heardAt.push({ id, at: performance.now() }),
  );
  const idle: number[] = [];
  const under: { id: string; due: number }[] = [];
  const queue: { id: string; due: number; text: string }[] = [];
  const lines: Line[] = [];
  const put = (line: number) => {
    const next = queue.shift();
    if (next === undefined) return void idle.push(line);
    under[line] = next;
    lines[line]?.send(next.text);
  };
  for (let i = 0; i < connections; i++) {
    lines.push(
      await connect(
        port,
        (status) => {
          const now = performance.now();
          statuses[status] = (statuses[status] ?? 0) + 1;
          const { id, due } = under[i] as { id: string; due: number };
          answers.push(now - due);
          answeredAt.set(id, now);
          put(i);
        },
        failed.reject,
      ),
    );
    idle.push(i);
  }
  const begun = performance.now();
  let sent = 0;
  const all = async () => {
    while (answers.length < requests) {
      const owed = Math.min(requests, Math.floor(((performance.now() - begun) * perSecond) / 1_000));
      for (; sent < owed; sent++) {
        const text = requestText(order);
        queue.push({ id: `${run}-${counter}`, due: begun + (sent * 1_000) / perSecond, text });
        const line = idle.pop();
        if (line !== undefined) put(line);
      }
      await Bun.sleep(1);
    }
  };
  await Promise.race([all(), failed.promise, Bun.sleep(LIMIT)]);
  const ms = performance.now() - begun;
  const wanted = requests * socketsEach;
  for (let waited = 0; heardAt.length < wanted && waited < 5_000; waited += 20) await Bun.sleep(20);
  for (const socket of sockets) socket.close();
  for (const line of lines) line.end();
  const spans = heardAt.map(({ id, at }) => at - (answeredAt.get(id) ?? Number.NaN));
  return {
    ms,
    statuses,
    answer: spreadOf(answers),
    ...(socketsEach > 0 && { message: { ...spreadOf(spans), count: spans.length } }),
  };
}

const spreadOf = (values: readonly number[]): Spread => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
});

const COMMENT_ID = /"type":"match_event".*?"id":"([^"]+)"/;

/** Live sockets on every match. */
async function openSockets(port: number, each: number, heard: (id: string) => void): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let match = 0; each > 0 && match < MATCHES; match++) {
    const known = await fetch(`http://127.0.0.1:${port}/api/matches/bench:bench-${match}`);
    names.set(match, ((await known.json()) as { matchId: string }).matchId);
    for (let i = 0; i < each; i++) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/live/${names.get(match)}`);
      await new Promise<void>((resolve, reject) => {
        socket.onerror = () => reject(new Error('no socket'));
        socket.onmessage = () => resolve();
      });
      socket.onmessage = ({ data }) => {
        const id = COMMENT_ID.exec(String(data))?.[1];
        if (id !== undefined) heard(id);
      };
      sockets.push(socket);
    }
  }
  return sockets;
}

await serveJsonLines<PushesOrder>({}, (order) => (order.do === 'flood' ? flood(order) : pace(order)));
