import { Type } from 'typebox';
import { type EpochMs, iso } from '../../../domain/time.ts';
import type { FeedCondition } from '../../../ports/feed-health.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { oneOf } from '../../parameters.ts';
import { nullable, timeField } from '../../schema-parts.ts';

const percentiles = (description: string) =>
  Type.Object(
    { p50: nullable(Type.Number()), p95: nullable(Type.Number()), p99: nullable(Type.Number()) },
    { description },
  );

const feedSchema = Type.Object({
  feed: Type.String({ description: 'The `source` of its events.' }),
  name: nullable(Type.String({ description: 'As it is declared; null for who pushes to `/ingest`.' })),
  status: oneOf(
    ['healthy', 'stale', 'failing'],
    'stale: silent for `staleAfterMs`; failing: half of the newest events failed, or it is silent but for what is refused.',
  ),
  received: Type.Integer({ description: 'Events, and requests that were turned away.' }),
  accepted: Type.Integer({ description: 'Committed.' }),
  duplicate: Type.Integer({ description: 'Had been committed before.' }),
  refused: Type.Integer({
    description: 'Turned away before it was known who sent it: signature, address, size.',
  }),
  failed: Type.Integer({ description: 'Not valid, not committed, or given up as a dead letter.' }),
  processed: Type.Integer({ description: 'Have reached what they are for.' }),
  lastEventAt: nullable(timeField('When an event was last accepted, or came again.')),
  lastErrorCode: nullable(Type.String()),
  lastErrorAt: nullable(timeField('When an event was last refused or failed.')),
  latencyMs: Type.Object({
    fromSender: percentiles("From the sender's own time until processed; negative where its clock is ahead."),
    fromReceipt: percentiles('From our receipt until processed.'),
  }),
});

/** `GET /api/v1/feed/health`. */
export const feedHealthRoutes: Routes = (app, { deps }) => {
  const { feedHealth, clock } = deps;
  app.get(
    '/api/v1/feed/health',
    {
      schema: {
        operationId: 'getFeedHealth',
        tags: ['operations'],
        summary: 'How the feeds are that push to us',
        description:
          'Every declared feed and every source that was heard since this replica started; the counts are its own. Percentiles are over the newest 512 events.',
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: Type.Object({
            staleAfterMs: Type.Integer(),
            at: timeField('Time of this answer.'),
            feeds: Type.Array(feedSchema),
          }),
          ...problems('VALIDATION_FAILED', 'RATE_LIMITED'),
        },
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'no-store').send({
        staleAfterMs: feedHealth.staleAfter,
        at: iso(clock.now()),
        feeds: feedHealth.conditions().map(feedDocument),
      });
    },
  );
};

const feedDocument = ({ source, name, latency, ...rest }: FeedCondition) => ({
  feed: source,
  name: name ?? null,
  status: rest.status,
  received: rest.received,
  accepted: rest.accepted,
  duplicate: rest.duplicate,
  refused: rest.refused,
  failed: rest.failed,
  processed: rest.processed,
  lastEventAt: time(rest.lastEventAt),
  lastErrorCode: rest.lastErrorCode,
  lastErrorAt: time(rest.lastErrorAt),
  latencyMs: latency,
});

const time = (at: EpochMs | null): string | null => (at === null ? null : iso(at));
