import type { Logger } from 'pino';
import { defaultPolicy } from './aggregation/policy.ts';
import type { Config } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { hours, minutes, seconds } from './domain/time.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { Consumers } from './ingest/consumers/consumers.ts';
import { builtInTypes } from './ingest/events/built-in-types.ts';
import { declaredType } from './ingest/events/declared-type.ts';
import { TypedEventIntake } from './ingest/events/event-intake.ts';
import { EventTypes } from './ingest/events/event-types.ts';
import { declaredFeeds } from './ingest/feeds/declared-feeds.ts';
import { CountedFeedHealth } from './ingest/feeds/feed-health.ts';
import { feedProgress } from './ingest/feeds/feed-progress.ts';
import { MeteredIntake } from './ingest/feeds/metered-intake.ts';
import { Ingest } from './ingest/ingest.ts';
import { INLET_SOURCE } from './ingest/inlet.ts';
import { createLifecycle, type Lifecycle } from './platform/lifecycle.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import { randomText } from './platform/random-text.ts';
import { seldom } from './platform/seldom.ts';
import { startWithRetry } from './platform/start-with-retry.ts';
import { systemClock } from './platform/system-clock.ts';
import { LeaseLeadership } from './polling/lease-leadership.ts';
import { PollingManager } from './polling/polling-manager.ts';
import type { Clock } from './ports/clock.ts';
import type { History } from './ports/history.ts';
import type { LiveStore } from './ports/live-store.ts';
import type { Part } from './ports/part.ts';
import type { ProviderDefinition } from './ports/provider.ts';
import { StoreError } from './ports/store-error.ts';
import { buildProviders } from './providers/build-providers.ts';
import { createRealtime } from './realtime/realtime.ts';
import { MemoryLiveStore } from './stores/memory/memory-live-store.ts';
import {
  createPostgresEventLog,
  type PostgresEventLog,
} from './stores/postgres/events/postgres-event-log.ts';
import { createPostgresHistory } from './stores/postgres/postgres-history.ts';
import { RedisEventStreams } from './stores/redis/event-streams.ts';
import { RedisLiveStore } from './stores/redis/redis-live-store.ts';

export interface AppParts {
  readonly config: Config;
  readonly definitions: readonly ProviderDefinition[];
  readonly log: Logger;
  readonly version: string;
  readonly clock?: Clock;
}

/** The running whole: `lifecycle` starts and stops it; the rest is for tests and benches to look at. */
export interface App {
  readonly lifecycle: Lifecycle;
  readonly server: HttpServer;
  readonly live: LiveStore;
  readonly history: History;
  readonly eventLog: PostgresEventLog;
  readonly polling: PollingManager;
  readonly ingest: Ingest;
  readonly metrics: Metrics;
}

// Sockets whose clients do not answer take three seconds before it, and history may need the rest of the ten.
const HTTP_DRAIN = seconds(4);

/** Builds everything with `new`, in reading order, and starts nothing. The only place that knows every room. */
export function createApp({ config, definitions, log, version, clock = systemClock }: AppParts): App {
  const metrics = createMetrics({ version });

  const history = createPostgresHistory({
    target: config.database,
    clock,
    log: log.child({ part: 'history' }),
    retention: config.retention,
  });
  const eventLog = createPostgresEventLog({
    address: () => history.address(),
    clock,
    log: log.child({ part: 'event-log' }),
    ...config.events,
  });
  const live = createLiveStore(config, clock, log);
  const types = new EventTypes([...builtInTypes, ...config.events.types.map(declaredType)], live, [
    INLET_SOURCE,
    ...definitions.map(({ id }) => id),
  ]);
  const { feeds, faults } = declaredFeeds(config.feeds.documents);
  if (faults.length > 0) throw new ConfigError(faults);
  const feedHealth = new CountedFeedHealth({
    clock,
    staleAfter: minutes(config.feeds.staleMinutes),
    declared: feeds.all,
  });
  const progress = feedProgress(feedHealth);
  const intake = new MeteredIntake(new TypedEventIntake({ types, log: eventLog }), feedHealth);
  const providers = buildProviders({
    definitions,
    enabled: config.providers.enabled,
    disabled: config.providers.disabled,
    clock,
    userAgent: `touchline/${version}`,
    onEdge: ({ provider, from, to, code }) =>
      to === 'healthy' && from !== 'unknown'
        ? log.info({ provider, from }, 'provider recovered')
        : to !== 'healthy' && log.warn({ provider, from, to, code }, 'provider health changed'),
  });

  const leadership = new LeaseLeadership({
    live,
    clock,
    holder: randomText(12),
    onEdge: (leads) => log.info({ leads }, leads ? 'this replica polls' : 'this replica stands by'),
  });
  // Whoever reaches Redis decides how often this happens.
  const sayRefused = seldom(clock, minutes(1), (times) => log.warn({ times }, 'published scores refused'));
  const ingest = new Ingest({
    live,
    history,
    leadership,
    clock,
    policy: defaultPolicy,
    reports: {
      accepted: ({ accepted, unresolved }) => {
        metrics.observations.inc({ outcome: 'accepted' }, accepted);
        if (unresolved > 0) metrics.observations.inc({ outcome: 'unresolved' }, unresolved);
      },
      changed: (kind) =>
        metrics.viewChanges.inc({ stream: kind === 'market_update' ? 'markets' : 'scores', kind }),
      review: (match, candidates) =>
        log.debug({ matchId: match.id, candidates }, 'match kept apart from a near one'),
      inletRefused: (why) => {
        metrics.publishedRefused.inc({ why });
        sayRefused();
      },
      fault: faultLogger(log, live),
    },
  });
  const polling = new PollingManager({
    providers: providers.running,
    intervals: config.intervals,
    live,
    history,
    sink: ingest,
    leadership,
    clock,
    log: log.child({ part: 'polling' }),
    onPolled: (provider, outcome, durationMs) => {
      metrics.polls.inc({ provider, outcome });
      metrics.pollDuration.observe({ provider }, durationMs / 1_000);
    },
  });

  const sayBuried = seldom(clock, minutes(1), (times) =>
    log.warn({ times }, 'pushed events could not be processed and are dead letters'),
  );
  let stuck: { readonly consumer: string; readonly err: unknown } | undefined;
  const sayStuck = seldom(clock, minutes(1), (times) =>
    log.error({ ...stuck, times }, 'pushed events cannot go on'),
  );
  const consumers = new Consumers({
    types,
    ingest,
    live,
    history,
    log: eventLog,
    leadership,
    clock,
    ...(config.redisUrl !== undefined && {
      streams: {
        store: new RedisEventStreams({ url: config.redisUrl }),
        keepFor: hours(config.events.streamsHours),
      },
    }),
    reports: {
      handled: (consumer, event, outcome) => {
        metrics.eventsConsumed.inc({ consumer, outcome });
        progress.handled(consumer, event, outcome);
      },
      buried: (letter) => {
        const { consumer } = letter;
        metrics.eventsConsumed.inc({ consumer, outcome: 'buried' });
        progress.buried(letter);
        sayBuried();
      },
      fault: (consumer, err) => {
        stuck = { consumer, err };
        sayStuck();
      },
    },
  });

  const realtime = createRealtime({
    live,
    clock,
    log: log.child({ part: 'realtime' }),
    metrics: metrics.websocket,
    readiness: () => lifecycle.state(),
    allowedOrigins: config.http.allowedOrigins,
    maxConnections: config.websocket.maxConnections,
    maxPerAddress: config.websocket.maxPerAddress,
  });
  const server = createHttpServer(
    {
      ...config.http,
      environment: config.environment,
      rateLimit: { max: config.http.rateLimitMax },
      drainMs: HTTP_DRAIN,
      version,
    },
    {
      live,
      history,
      intake,
      eventLog,
      feeds,
      feedHealth,
      deadLetters: consumers.deadLetters,
      polling,
      providers: providers.health,
      clock,
      log: log.child({ part: 'http' }),
      metrics,
      readiness: {
        state: () =>
          (lifecycle.state() === 'stopped' ? 'draining' : lifecycle.state()) as
            | 'starting'
            | 'ready'
            | 'draining',
        reasons: () =>
          [history, live].filter((store) => store.health().status === 'down').map(({ name }) => name),
      },
      websocket: realtime,
      extensions: [realtime.routes],
    },
  );
  metrics.beforeScrape(() => metrics.feeds(feedHealth.conditions()));
  metrics.beforeScrape(() => {
    const { waiting, lost } = history.queue();
    metrics.historyWaiting.set(waiting);
    metrics.historyLost.set(lost);
    for (const { consumer, lag } of consumers.lags()) metrics.consumerLag.set({ consumer }, lag);
  });

  // Started in this order and stopped in the other: nothing polls before there is somewhere to keep what it hears, and
  // the sockets are told to come back elsewhere while everything behind them still works.
  const connections: Part = { name: 'providers', start: async () => {}, stop: () => providers.close() };
  const parts: readonly Part[] = [
    atStart(config, history, clock, log),
    atStart(config, eventLog, clock, log),
    atStart(config, live, clock, log),
    leadership,
    ingest,
    consumers,
    connections,
    polling,
    server,
    realtime,
  ];
  const lifecycle = createLifecycle({ parts, log, clock });
  return { lifecycle, server, live, history, eventLog, polling, ingest, metrics };
}

function createLiveStore({ redisUrl }: Config, clock: Clock, log: Logger): LiveStore {
  const storeLog = log.child({ part: 'live-store' });
  if (redisUrl === undefined) return new MemoryLiveStore({ clock, log: storeLog });
  return new RedisLiveStore({ url: redisUrl, clock, log: storeLog });
}

function atStart({ storesAtStart }: Config, store: Part, clock: Clock, log: Logger): Part {
  if (storesAtStart === 'exit') return store;
  return startWithRetry(store, {
    clock,
    onRetry: (error, wait) =>
      log.warn(
        { part: store.name, code: error.code, waitMs: wait, why: error.message },
        'waiting for a store',
      ),
  });
}

/** A store that is away says so itself, once; what is left is ours to hear about. */
function faultLogger(log: Logger, live: LiveStore): (error: unknown) => void {
  return (error) => {
    const isAway = error instanceof StoreError && error.retryable;
    if (isAway || live.health().status !== 'ok') return;
    log.error({ err: error }, 'observation could not be taken in');
  };
}
