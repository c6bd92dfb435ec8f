import { Type } from 'typebox';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { healthDocument } from './health-document.ts';
import { healthSchema, readinessSchema } from './schema.ts';

const tags = ['operations'];
const noQuery = Type.Object({}, { additionalProperties: false });

/** `/health`, `/livez` and `/readyz`: never limited, never cached. */
export const healthRoutes: Routes = (app, { options, deps }) => {
  const startedAt = deps.clock.now();

  app.get(
    '/health',
    {
      config: { rateLimit: false },
      schema: {
        operationId: 'getHealth',
        tags,
        summary: 'How the whole server is',
        description:
          '`degraded`: it serves, but a store or provider is away, polling tasks have stopped, or history was lost; `reasons` says which. `down` (503): it is starting or on its way out.',
        querystring: noQuery,
        response: { 200: healthSchema, 503: healthSchema, ...problems('VALIDATION_FAILED') },
      },
    },
    (_request, reply) => {
      const health = healthDocument(deps, options.version, startedAt);
      reply
        .code(health.status === 'down' ? 503 : 200)
        .header('cache-control', 'no-store')
        .send(health);
    },
  );

  app.get(
    '/livez',
    {
      config: { rateLimit: false },
      schema: {
        operationId: 'getLiveness',
        tags,
        summary: 'Whether the process is alive',
        description: 'Asks nothing of the stores. Restart the process when it does not answer.',
        querystring: noQuery,
        response: { 200: Type.Object({ status: Type.Literal('alive') }), ...problems('VALIDATION_FAILED') },
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'no-store').send({ status: 'alive' as const });
    },
  );

  app.get(
    '/readyz',
    {
      config: { rateLimit: false },
      schema: {
        operationId: 'getReadiness',
        tags,
        summary: 'Whether it may take traffic',
        description: '503 while it starts and while it drains.',
        querystring: noQuery,
        response: { 200: readinessSchema, 503: readinessSchema, ...problems('VALIDATION_FAILED') },
      },
    },
    (_request, reply) => {
      const state = deps.readiness.state();
      reply
        .code(state === 'ready' ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: state, reasons: [...deps.readiness.reasons()] });
    },
  );
};
