import helmet from '@fastify/helmet';
import swaggerUi from '@fastify/swagger-ui';
import { Type } from 'typebox';
import { seconds } from '../../../domain/time.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { errorPage } from './error-page.ts';

/** `GET /openapi.json`, its page at `/docs`, and the page of the error codes at `/docs/errors`. */
export const documentationRoutes: Routes = (app, { options, cachedReads }) => {
  const description = cachedReads('/openapi.json');
  app.get(
    '/openapi.json',
    {
      config: { fromCache: description.fromCache },
      schema: {
        operationId: 'getOpenApi',
        tags: ['operations'],
        summary: 'This description',
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: Type.Unknown({ description: 'An OpenAPI 3.1 document.' }),
          ...problems('VALIDATION_FAILED', 'RATE_LIMITED'),
        },
      },
    },
    (request, reply) => {
      description.answer(request, reply, () => ({
        document: app.swagger(),
        holds: seconds(60),
        views: [],
      }));
    },
  );

  app.register(async (pages) => {
    // Only pages get the header fields that protect pages: on every answer they would cost more than the answer.
    await pages.register(helmet, {
      strictTransportSecurity: options.environment === 'production',
      contentSecurityPolicy: {
        directives: {
          'script-src': ["'self'"],
          'style-src': ["'self'", "'unsafe-inline'"],
          'upgrade-insecure-requests': null,
        },
      },
    });
    pages.get('/docs/errors', { schema: { hide: true } }, (_request, reply) => {
      reply.type('text/html; charset=utf-8').send(errorPage());
    });
    await pages.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: true },
      theme: { title: 'Touchline API' },
    });
  });
};
