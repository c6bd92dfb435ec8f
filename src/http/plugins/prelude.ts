import type { HeaderFields } from '../answer.ts';
import type { HttpDependencies } from '../dependencies.ts';
import type { HttpApp } from '../http-app.ts';
import type { OriginFields } from './cross-origin.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** When it arrived, on the clock of `performance.now()`: for its duration only. */
    arrivedAt: number;
  }
}

/** What every request begins with: its arrival noted, and the fields that every answer carries. */
export function beginRequests(
  app: HttpApp,
  { readiness, metrics }: Pick<HttpDependencies, 'readiness' | 'metrics'>,
  always: HeaderFields,
  fieldsFor: OriginFields,
): void {
  app.decorateRequest('arrivedAt', 0);
  app.addHook('onRequest', (request, reply, done) => {
    request.arrivedAt = performance.now();
    reply.header('x-request-id', request.id);
    reply.headers(always);
    const { origin } = request.raw.headers;
    if (origin !== undefined) reply.headers(fieldsFor(origin) ?? {});
    if (readiness.state() === 'draining') reply.header('connection', 'close');
    done();
  });
  // Answers from the cache leave past this hook and are noted by `answer.ts`.
  app.addHook('onSend', (request, reply, payload, done) => {
    const seconds = (performance.now() - request.arrivedAt) / 1000;
    metrics.httpRequest(request.routeOptions.url ?? 'none', reply.statusCode, seconds);
    done(null, payload);
  });
}
