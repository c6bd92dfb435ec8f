import type { InjectOptions } from 'fastify';
import Fastify from 'fastify';
import { pino } from 'pino';
import type { MatchId } from '../../src/domain/ids.ts';
import type { Match } from '../../src/domain/match.ts';
import { epochMs, minutes } from '../../src/domain/time.ts';
import type { MarketView } from '../../src/domain/view.ts';
import type { HttpDependencies, HttpOptions } from '../../src/http/dependencies.ts';
import type { HttpApp } from '../../src/http/http-app.ts';
import { acceptTokens } from '../../src/http/plugins/tokens.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { builtInTypes } from '../../src/ingest/events/built-in-types.ts';
import { TypedEventIntake } from '../../src/ingest/events/event-intake.ts';
import { EventTypes } from '../../src/ingest/events/event-types.ts';
import { declaredFeeds } from '../../src/ingest/feeds/declared-feeds.ts';
import { CountedFeedHealth } from '../../src/ingest/feeds/feed-health.ts';
import { MeteredIntake } from '../../src/ingest/feeds/metered-intake.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import type { HistoryEntry, HistoryQuery } from '../../src/ports/history.ts';
import type { PollingChange, TaskStatus } from '../../src/ports/polling.ts';
import { PollingError } from '../../src/ports/polling-error.ts';
import { MemoryLiveStore } from '../../src/stores/memory/memory-live-store.ts';
import { FakeClock } from './fake-clock.ts';
import { ListEvents } from './list-events.ts';
import { aMarket, marketChange, positionOf, scoreChange } from './views.ts';

export const JWT_SECRET = 'a secret that only the tests know, and long enough';
export const PAGE = 'https://scores.example';

export const aTask = (taskId: string): TaskStatus => ({
  taskId,
  provider: 'espn' as TaskStatus['provider'],
  kind: 'scores',
  scope: { sport: 'soccer' },
  intervalMs: 10_000,
  intervalSource: 'default',
  reason: 'in_play (default) 10 s',
  phase: 'in_play',
  state: 'waiting',
  matches: 3,
  lastRunAt: epochMs(0),
  lastDurationMs: 12,
  lastErrorCode: null,
  nextRunAt: null,
  runs: 1,
  failures: 0,
});

/** What stands in for the history: a list. `fails` makes every read throw it. */
export class ListHistory {
  readonly entries: HistoryEntry[] = [];
  readonly known = new Map<MatchId, Match>();
  fails: Error | undefined;

  async read(query: HistoryQuery): Promise<readonly HistoryEntry[]> {
    this.#check();
    return this.entries
      .filter((entry) => entry.matchId === query.matchId && entry.stream === query.stream)
      .filter((entry) => query.kind === undefined || entry.kind === query.kind)
      .filter((entry) => query.after === undefined || entry.position.seq > query.after.seq)
      .slice(0, query.limit);
  }

  async match(id: MatchId): Promise<Match | undefined> {
    this.#check();
    return this.known.get(id);
  }

  async lastScore(id: MatchId): Promise<HistoryEntry | undefined> {
    this.#check();
    return this.entries.findLast((entry) => entry.matchId === id && entry.stream === 'scores');
  }

  queue = () => ({ waiting: 0, lost: 0 });
  health = () => ({ kind: 'postgres' as const, status: 'ok' as 'ok' | 'down', since: epochMs(0) });

  #check(): void {
    if (this.fails !== undefined) throw this.fails;
  }
}

/** The server on a real live store and a clock that stands still; everything else small and in sight. */
export function anApi(options: Partial<HttpOptions> = {}, changes: Partial<HttpDependencies> = {}) {
  const clock = new FakeClock();
  const live = new MemoryLiveStore({ clock, epoch: 'e1' });
  const history = new ListHistory();
  const events = new ListEvents();
  const feedHealth = new CountedFeedHealth({ clock, staleAfter: minutes(5) });
  const asked: { change: PollingChange; actor: string }[] = [];
  let tasks: readonly TaskStatus[] = [aTask('espn/scores:epl'), aTask('espn/scores:nba')];
  const deps = {
    live,
    history: history as unknown as HttpDependencies['history'],
    polling: {
      status: () => ({ role: 'leader' as const, tree: { default: 10_000 }, overrides: [], tasks }),
      counts: () => ({ waiting: tasks.length, polling: 0, backing_off: 0, stopped: 0, standby: 0 }),
      change: async (change: PollingChange, actor: string) => {
        asked.push({ change, actor });
        if ('taskId' in change && !tasks.some(({ taskId }) => taskId === change.taskId))
          throw new PollingError('POLLING_TASK_UNKNOWN', 'There is no such task.');
        return tasks;
      },
    },
    providers: { all: () => [] },
    intake: new MeteredIntake(
      new TypedEventIntake({ types: new EventTypes(builtInTypes, live), log: events }),
      feedHealth,
    ),
    eventLog: events,
    feeds: declaredFeeds([]).feeds,
    feedHealth,
    deadLetters: { retry: async (ids: readonly number[]) => events.exhume(ids).length },
    clock,
    log: pino({ level: 'silent' }),
    metrics: createMetrics({ version: 'test' }),
    readiness: { state: () => 'ready' as const, reasons: () => [] },
    websocket: { connections: () => 0 },
    extensions: [],
    ...changes,
  } satisfies HttpDependencies;
  const server = createHttpServer(
    {
      host: '127.0.0.1',
      port: 0,
      environment: 'test',
      jwtSecret: JWT_SECRET,
      allowedOrigins: [PAGE],
      rateLimit: { max: 1_000_000 },
      version: '1.2.3',
      ...options,
    },
    deps,
  );
  return {
    server,
    app: server.app,
    deps,
    clock,
    live,
    history,
    events,
    asked,
    setTasks: (given: readonly TaskStatus[]) => {
      tasks = given;
    },
    get: (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers }),
    send: (request: InjectOptions) => server.app.inject(request),
    /** Commits the match's next score: as many goals as its `seq` will be. */
    score: async (match: Match, home: number) => {
      await live.commit(scoreChange(live, match, home));
    },
    markets: async (match: Match, markets: readonly MarketView[]) => {
      await live.commit({
        ...marketChange(live, match, []),
        basedOn: positionOf(live, match.id, 'markets'),
        markets,
      });
    },
  };
}

/** A market with prices, seen at `at`. */
export function aPricedMarket(key: string, price: number, at: number): MarketView {
  const quote = { price, bookmaker: 'bet365', provider: 'espn', at } as unknown as NonNullable<
    MarketView['outcomes'][number]['best']
  >;
  return {
    ...aMarket(key),
    outcomes: [{ name: 'home', best: quote, fairProbability: 0.5, quotes: [quote] }],
    lastChangedAt: epochMs(at),
  };
}

/** Signs tokens as the server does; `claims` and `options` are for making bad ones. */
export async function tokenMaker(secret = JWT_SECRET) {
  const app: HttpApp = Fastify();
  await acceptTokens(app, { jwtSecret: secret });
  return (
    claims: object = { sub: 'alice', scope: 'operator' },
    options: Parameters<HttpApp['jwt']['sign']>[1] = {},
  ) => app.jwt.sign(claims, options);
}
