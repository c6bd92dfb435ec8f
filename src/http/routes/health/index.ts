import type { Routes } from '../../http-app.ts';
import { healthDocument } from './health-document.ts';

/** `/health`, `/livez` and `/readyz`: never limited, never cached. */
export const healthRoutes: Routes = (app, { options, deps }) => {
  const startedAt = deps.clock.now();

  app.get('/health', { config: { rateLimit: false } }, (_request, reply) => {
    const health = healthDocument(deps, options.version, startedAt);
    reply
      .code(health.status === 'down' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send(health);
  });

  app.get('/livez', { config: { rateLimit: false } }, (_request, reply) => {
    reply.header('cache-control', 'no-store').send({ status: 'alive' });
  });

  app.get('/readyz', { config: { rateLimit: false } }, (_request, reply) => {
    const state = deps.readiness.state();
    reply
      .code(state === 'ready' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: state, reasons: deps.readiness.reasons() });
  });
};
