import rateLimit, { type FastifyRateLimitStore, normalizeIP } from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Millis, minutes } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpDependencies, HttpOptions } from '../dependencies.ts';
import type { HttpApp } from '../http-app.ts';
import { Problem } from '../problem.ts';
import { RateWindows } from './rate-window.ts';

const SILENT = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

// A request injected without a socket has no address. IPv4 is its own normal form, and telling so is most of the work.
const addressOf = ({ ip }: FastifyRequest): string => {
  if (!ip) return 'unknown';
  return ip.includes(':') ? normalizeIP(ip) : ip;
};

/** The limit of requests per address. */
export interface RateLimit {
  /** Counts the request; true when its address has now made more than it may. */
  exceeded(request: FastifyRequest): boolean;
  /** Refuses the request, with header fields that say when to come back. */
  refuse(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void;
}

/**
 * The count is kept here and the plugin asked only once it is over the limit: its chain of promises on every request
 * costs a tenth of a cached read, its header fields a third. So only a refusal says what the limit is.
 */
export async function limitRate(
  app: HttpApp,
  options: Pick<HttpOptions, 'rateLimit'>,
  { clock }: Pick<HttpDependencies, 'clock'>,
): Promise<RateLimit> {
  const max = options.rateLimit?.max ?? 100;
  const timeWindow = options.rateLimit?.windowMs ?? minutes(1);
  const windows = new RateWindows(clock, timeWindow);
  await app.register(rateLimit, {
    global: false,
    max,
    timeWindow,
    store: storeOf(windows),
    keyGenerator: addressOf,
    addHeaders: { ...SILENT, 'retry-after': false },
    addHeadersOnExceeding: SILENT,
    errorResponseBuilder: (_request, { ttl }) => refusal(max, timeWindow, ttl),
  });
  const judge = app.rateLimit() as (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  return {
    exceeded: (request) => windows.count(addressOf(request)).current > max,
    refuse: (request, reply, done) => {
      judge(request, reply).then(() => done(), done);
    },
  };
}

/** A limit of one route's own, counted apart from everything else. */
export function ownLimit(max: number, timeWindow: Millis, clock: Pick<Clock, 'now'>): RateLimit {
  const windows = new RateWindows(clock, timeWindow);
  return {
    exceeded: (request) => windows.count(addressOf(request)).current > max,
    refuse: (request, _reply, done) => done(refusal(max, timeWindow, windows.read(addressOf(request)).ttl)),
  };
}

/** What the plugin reads the counts from; they have been counted already when it asks. */
function storeOf(windows: RateWindows) {
  return class Store implements FastifyRateLimitStore {
    incr(key: string, answer: (error: Error | null, result: { current: number; ttl: number }) => void): void {
      answer(null, windows.read(key));
    }

    child(): this {
      return this;
    }
  };
}

function refusal(max: number, windowMs: number, ttl: number): Problem {
  const wait = Math.max(1, Math.ceil(ttl / 1000));
  return new Problem('RATE_LIMITED', `More than ${max} requests; wait ${wait} s.`, {
    headers: {
      'retry-after': String(wait),
      'ratelimit-policy': `"address";q=${max};w=${Math.ceil(windowMs / 1000)}`,
      ratelimit: `"address";r=0;t=${wait}`,
    },
  });
}
