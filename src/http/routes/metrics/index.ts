import { Type } from 'typebox';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';

/** `GET /metrics`, in the text format of Prometheus. */
export const metricsRoutes: Routes = (app, { deps }) => {
  const { registry } = deps.metrics;

  app.get(
    '/metrics',
    {
      config: { rateLimit: false },
      schema: {
        operationId: 'getMetrics',
        tags: ['operations'],
        summary: 'Numbers for Prometheus',
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: { description: 'Metrics.', content: { 'text/plain': { schema: Type.String() } } },
          ...problems('VALIDATION_FAILED'),
        },
      },
    },
    async (_request, reply) =>
      reply
        .headers({ 'content-type': registry.contentType, 'cache-control': 'no-store' })
        .send(await registry.metrics()),
  );
};
