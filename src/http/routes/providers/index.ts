import { Type } from 'typebox';
import { type EpochMs, iso } from '../../../domain/time.ts';
import type { ProviderHealth, StreamHealth } from '../../../ports/provider-health.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { providersSchema } from './schema.ts';

/** `GET /api/providers/health`. */
export const providerRoutes: Routes = (app, { deps }) => {
  app.get(
    '/api/providers/health',
    {
      schema: {
        operationId: 'getProvidersHealth',
        tags: ['operations'],
        summary: 'How every provider is doing',
        description: 'Rates and response times are over the last 100 requests.',
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: providersSchema, ...problems('VALIDATION_FAILED', 'RATE_LIMITED') },
      },
    },
    (_request, reply) => {
      reply
        .header('cache-control', 'no-store')
        .send({ providers: deps.providers.all().map(providerDocument) });
    },
  );
};

const time = (at: EpochMs | undefined): string | null => (at === undefined ? null : iso(at));

const providerDocument = (health: ProviderHealth) => ({
  provider: health.provider,
  name: health.name,
  status: health.status,
  since: iso(health.since),
  reason: health.reason ?? null,
  lastSuccessAt: time(health.lastSuccessAt),
  lastErrorAt: time(health.lastErrorAt),
  lastErrorCode: health.lastErrorCode ?? null,
  responseTimeMs: health.responseTime ?? null,
  errorRate: health.errorRate,
  requests: health.requests,
  failures: health.failures,
  dropped: health.dropped,
  circuit: health.circuit,
  quota: health.quota
    ? {
        remaining: health.quota.remaining,
        limit: health.quota.limit ?? null,
        resetsAt: time(health.quota.resetsAt),
      }
    : null,
  stream: health.stream ? streamDocument(health.stream) : null,
});

const streamDocument = ({ state, since, lastMessageAt, lag, ...counts }: StreamHealth) => ({
  state,
  since: iso(since),
  lastMessageAt: time(lastMessageAt),
  lagMs: lag ?? null,
  ...counts,
});
