import Fastify from 'fastify';
import { pino } from 'pino';
import type { Position, ScoreView } from '../../src/domain/view.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { CommitResult, LiveStore } from '../../src/ports/live-store.ts';
import type { LiveLimits } from '../../src/realtime/live-context.ts';
import { createRealtime } from '../../src/realtime/realtime.ts';
import { MemoryLiveStore } from '../../src/stores/memory/memory-live-store.ts';
import { until } from '../support/until.ts';
import { aMatch, aScore, marketChange, scoreChange } from '../support/views.ts';

export interface Message {
  readonly type: string;
  readonly epoch: string;
  readonly seq: number;
  readonly [field: string]: unknown;
}

/** A client that keeps all it hears. */
export class Client {
  readonly messages: Message[] = [];
  readonly texts: string[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  constructor(url: string, headers: Record<string, string> = {}) {
    const open = Promise.withResolvers<void>();
    const close = Promise.withResolvers<{ code: number; reason: string }>();
    this.opened = open.promise;
    this.closed = close.promise;
    this.#socket = new WebSocket(url, { headers } as never);
    this.#socket.onopen = () => open.resolve();
    this.#socket.onmessage = ({ data }) => {
      this.texts.push(data);
      this.messages.push(JSON.parse(data));
      for (const look of this.#waiting) look();
    };
    this.#socket.onclose = ({ code, reason }) => {
      open.resolve();
      close.resolve({ code, reason });
    };
  }

  /** The first message heard (or yet to be heard) that fits. */
  until(fits: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.messages.find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  untilType(type: string): Promise<Message> {
    return this.until((message) => message.type === type);
  }

  send(message: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(message);
  }

  /** Says goodbye and waits for the answer. */
  async leave(): Promise<void> {
    this.#socket.close(1000);
    await this.closed;
  }
}

export interface Setting {
  readonly live?: LiveStore;
  readonly clock?: Clock;
  readonly limits?: Partial<LiveLimits>;
  readonly allowedOrigins?: readonly string[];
}

/** The live routes on a real server, on a free port. */
export async function startLive({
  live: given,
  clock = systemClock,
  limits = {},
  allowedOrigins = [],
}: Setting = {}) {
  const live = given ?? new MemoryLiveStore({ clock });
  const metrics = createMetrics({ version: 'test' });
  const log = pino({ level: 'silent' });
  const realtime = createRealtime({
    live,
    clock,
    log,
    metrics: metrics.websocket,
    allowedOrigins,
    ...limits,
  });
  await realtime.start();
  const app = Fastify();
  app.get('/health', async () => ({ status: 'ok' }));
  app.register(realtime.routes);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  return {
    live,
    realtime,
    metrics,
    port,
    connect: (path: string, headers?: Record<string, string>) =>
      new Client(`ws://127.0.0.1:${port}/live/${path}`, headers),
    /** Resolves when exactly `count` sockets are open. */
    connections: (count: number) =>
      until(`${count} sockets are open`, () => realtime.connections() === count),
    stop: () => app.close(),
  };
}

/** An upgrade request made by hand; the answer's status, headers and parsed body. */
export async function refusal(port: number, path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  });
  const body = (await answer.json()) as { code: string };
  return { status: answer.status, code: body.code, headers: answer.headers };
}

export const MATCH = aMatch('match-123', { links: [] });

/** Commits the match's next score and returns its position. */
export async function commitScore(
  live: LiveStore,
  home: number,
  match = MATCH,
  view: Partial<ScoreView> = {},
) {
  const scores = aScore(home, 0, { sources: [], ...view });
  return committed(await live.commit(scoreChange(live, match, home, { scores })));
}

/** Commits the match's next market message, at least `size` characters long, and returns its position. */
export async function commitMarkets(live: LiveStore, size = 0) {
  return committed(await live.commit(marketChange(live, MATCH, ['x'.repeat(size)])));
}

function committed(result: CommitResult): Position {
  if (result.outcome !== 'committed') throw new Error(`not committed: ${result.outcome}`);
  return result.position;
}
