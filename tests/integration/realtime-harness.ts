import Fastify from 'fastify';
import { pino } from 'pino';
import { matchId } from '../../src/domain/ids.ts';
import type { Match } from '../../src/domain/match.ts';
import { scoreMessage } from '../../src/domain/messages.ts';
import type { ScoreView } from '../../src/domain/view.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { LiveStore } from '../../src/ports/live-store.ts';
import type { LiveLimits } from '../../src/realtime/live-context.ts';
import { createRealtime } from '../../src/realtime/realtime.ts';
import { MemoryLiveStore } from '../../src/stores/memory/memory-live-store.ts';

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
    connections: (count: number) => eventually(() => realtime.connections() === count),
    stop: () => app.close(),
  };
}

/** Waits, turn by turn of the event loop, for what real sockets bring about. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
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

const kickOff = systemClock.now();

export const MATCH: Match = {
  id: matchId('match-123'),
  sport: 'soccer',
  league: 'epl',
  leagueName: 'Premier League',
  home: { name: 'Harbour Town' },
  away: { name: 'Mill Rovers' },
  startsAt: kickOff,
  startPrecision: 'minute',
  links: [],
  createdAt: kickOff,
};

export const scoreView = (home: number, view: Partial<ScoreView> = {}): ScoreView => ({
  status: 'live',
  period: '2nd Half',
  clock: "58'",
  score: { home, away: 0 },
  shootout: null,
  confidence: 0.9,
  sources: [],
  stale: null,
  updatedAt: kickOff,
  ...view,
});

/** Commits the match's next score and returns its position. */
export async function commitScore(
  live: LiveStore,
  home: number,
  match = MATCH,
  view: Partial<ScoreView> = {},
) {
  const basedOn = live.view(match.id)?.position.scores ?? { epoch: live.epoch(), seq: 0 };
  const scores = scoreView(home, view);
  const message = scoreMessage(match, scores, undefined, kickOff);
  const result = await live.commit({ match, basedOn, stream: 'scores', scores, message, fence: 1 });
  if (result.outcome !== 'committed') throw new Error(`commit: ${result.outcome}`);
  return result.position;
}

/** Commits the match's next market message, `size` characters long or more. */
export async function commitMarkets(live: LiveStore, size = 0, match = MATCH) {
  const basedOn = live.view(match.id)?.position.markets ?? { epoch: live.epoch(), seq: 0 };
  const message = JSON.stringify({
    type: 'market_update',
    matchId: match.id,
    data: { markets: [], removed: ['x'.repeat(size)] },
  });
  const result = await live.commit({ match, basedOn, stream: 'markets', markets: [], message, fence: 1 });
  if (result.outcome !== 'committed') throw new Error(`commit: ${result.outcome}`);
  return result.position;
}
