import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { HeaderFields } from '../answer.ts';
import type { AnswerFromCache } from '../cached-read.ts';
import type { HttpDependencies } from '../dependencies.ts';
import type { HttpApp } from '../http-app.ts';
import type { OriginFields } from './cross-origin.ts';
import type { RateLimit } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** When it arrived, on the clock of `performance.now()`: for its duration only. */
    arrivedAt: number;
  }
  interface FastifyContextConfig {
    /** Answers what is cached before anything is parsed: the same address was checked when it was kept. */
    fromCache?: AnswerFromCache;
    /** A limit of the route's own, in place of the common one. */
    limit?: RateLimit;
  }
}

export interface EntranceParts extends Pick<HttpDependencies, 'readiness' | 'metrics'> {
  readonly limit: RateLimit;
  /** Fields that every answer carries. */
  readonly always: HeaderFields;
  readonly fieldsFor: OriginFields;
}

/**
 * What every request to a route registered after it begins with, in one hook because each costs a cached read its
 * share: its arrival is noted, it is counted against its limit (its own with `config.limit`, none with
 * `config.rateLimit: false`), answered from the cache, or given the fields that every answer carries. Answers the hook
 * for paths without a route.
 */
export function guardEntrance(app: HttpApp, parts: EntranceParts): onRequestHookHandler {
  const { metrics } = parts;

  const entrance =
    (limited: boolean, fromCache?: AnswerFromCache, limit = parts.limit): onRequestHookHandler =>
    (request, reply, done) => {
      request.arrivedAt = performance.now();
      const refused = limited && limit.exceeded(request);
      if (!refused && fromCache?.(request, reply)) return;
      begin(parts, request, reply);
      if (refused) limit.refuse(request, reply, done);
      else done();
    };

  app.decorateRequest('arrivedAt', 0);
  app.addHook('onRoute', (route) => {
    const hook = entrance(route.config?.rateLimit !== false, route.config?.fromCache, route.config?.limit);
    route.onRequest = [hook, ...[route.onRequest ?? []].flat()];
  });
  // Answers from the cache leave past this hook and are noted by `answer.ts`.
  app.addHook('onSend', (request, reply, payload, done) => {
    const seconds = (performance.now() - request.arrivedAt) / 1000;
    metrics.httpRequest(request.routeOptions.url ?? 'none', reply.statusCode, seconds);
    done(null, payload);
  });
  return entrance(true);
}

function begin(
  { always, fieldsFor, readiness }: EntranceParts,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.header('x-request-id', request.id).headers(always);
  const { origin } = request.headers;
  if (origin !== undefined) reply.headers(fieldsFor(origin) ?? {});
  if (readiness.state() === 'draining') reply.header('connection', 'close');
}
