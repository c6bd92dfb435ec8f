import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Millis } from '../domain/time.ts';
import type { AllowedOrigins } from '../platform/origins.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetters } from '../ports/dead-letters.ts';
import type { EventIntake } from '../ports/event-intake.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { FeedHealth, FeedHealthReader } from '../ports/feed-health.ts';
import type { Feeds } from '../ports/feeds.ts';
import type { History } from '../ports/history.ts';
import type { LiveStore } from '../ports/live-store.ts';
import type { PollingControl } from '../ports/polling.ts';
import type { ProviderHealthReader } from '../ports/provider-health.ts';

/** Settings of the server; the composition root fills them from the configuration. */
export interface HttpOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly environment: 'development' | 'production' | 'test';
  /** Shared secret of HS256 tokens. */
  readonly jwtSecret: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly allowedOrigins: AllowedOrigins;
  readonly rateLimit?: { readonly max?: number; readonly windowMs?: Millis };
  /** Requests to `/ingest` per window, counted apart; 600,000 when absent. */
  readonly ingestRateLimitMax?: number;
  /** `GET /events` needs a token with the scope `read`. */
  readonly eventsReadAuth?: boolean;
  /** Largest request body in bytes; 64 KiB when absent. */
  readonly bodyLimit?: number;
  /** Believe `X-Forwarded-For`; only behind a proxy that sets it. */
  readonly trustProxy?: boolean;
  readonly version: string;
  /** How long `stop` waits for requests in flight; 8 s when absent. */
  readonly drainMs?: Millis;
}

/** What the routes read from and act on. */
export interface HttpDependencies {
  readonly live: LiveStore;
  readonly history: History;
  readonly intake: EventIntake;
  readonly eventLog: Pick<EventLog, 'search' | 'deadLetters'>;
  readonly deadLetters: DeadLetters;
  readonly feeds: Feeds;
  readonly feedHealth: FeedHealth & FeedHealthReader;
  readonly polling: PollingControl;
  readonly providers: ProviderHealthReader;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: {
    readonly registry: Registry;
    /** Notes an answered request: route template, HTTP status, duration in seconds. */
    httpRequest(route: string, status: number, duration: number): void;
  };
  readonly readiness: {
    state(): 'starting' | 'ready' | 'draining';
    /** Why it is not `ready`, in words. */
    reasons(): readonly string[];
  };
  readonly websocket: { connections(): number };
  /** Other rooms' routes (sockets); they share limits, error replies and draining. */
  readonly extensions: readonly FastifyPluginAsync[];
}
