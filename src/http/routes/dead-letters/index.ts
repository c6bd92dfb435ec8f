import { Type } from 'typebox';
import { iso } from '../../../domain/time.ts';
import type { DeadLetter } from '../../../ports/event-log.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { foreignCursor, nextLink, readCursor, writeCursor } from '../../paging.ts';
import { cursorParameter, limitParameter } from '../../parameters.ts';
import { requireScope } from '../../plugins/tokens.ts';
import { eventText } from '../events/event-document.ts';
import { letterListSchema, retriedSchema, retrySchema } from './schema.ts';

const STANDARD = 50;
const MOST = 500;
const TOKEN_PROBLEMS = ['TOKEN_MISSING', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'SCOPE_MISSING'] as const;

/** `GET` and `POST /api/v1/feed/dead-letters`. */
export const deadLetterRoutes: Routes = (app, { deps }) => {
  const { eventLog, deadLetters, clock } = deps;

  app.get(
    '/api/v1/feed/dead-letters',
    {
      onRequest: requireScope('operator', clock),
      schema: {
        operationId: 'listDeadLetters',
        tags: ['events'],
        summary: 'Events that could not be processed, and why',
        description:
          'Newest first. They are stored and counted like any other; only the views know nothing of them.',
        security: [{ operator: [] }],
        querystring: Type.Object(
          { limit: Type.Optional(limitParameter(STANDARD, MOST)), cursor: Type.Optional(cursorParameter) },
          { additionalProperties: false },
        ),
        response: {
          200: letterListSchema,
          ...problems('VALIDATION_FAILED', ...TOKEN_PROBLEMS, 'RATE_LIMITED', 'UNAVAILABLE'),
        },
      },
    },
    async (request, reply) => {
      const { limit = STANDARD, cursor } = request.query;
      const before = cursor === undefined ? undefined : idOf(cursor);
      const found = await eventLog.deadLetters({ limit: limit + 1, ...(before !== undefined && { before }) });
      const letters = found.slice(0, limit);
      const last = found.length > limit ? letters.at(-1) : undefined;
      const next = last === undefined ? null : writeCursor({ at: last.id, key: CURSOR });
      if (next !== null) reply.header('link', nextLink('/api/v1/feed/dead-letters', request.query, next));
      return reply
        .header('cache-control', 'no-store')
        .type('application/json; charset=utf-8')
        .send(
          Buffer.from(
            `{"deadLetters":[${letters.map(letterText).join(',')}],"nextCursor":${JSON.stringify(next)}}`,
          ),
        );
    },
  );

  app.post(
    '/api/v1/feed/dead-letters',
    {
      onRequest: requireScope('operator', clock),
      schema: {
        operationId: 'retryDeadLetters',
        tags: ['events'],
        summary: 'Try again what could not be processed',
        description:
          'Has their events processed again, by the replica that does so. A letter goes once that has succeeded; until then it stays, with the newest reason.',
        security: [{ operator: [] }],
        body: retrySchema,
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: retriedSchema,
          ...problems(
            'VALIDATION_FAILED',
            'MALFORMED_JSON',
            ...TOKEN_PROBLEMS,
            'BODY_TOO_LARGE',
            'UNSUPPORTED_MEDIA_TYPE',
            'RATE_LIMITED',
            'UNAVAILABLE',
          ),
        },
      },
    },
    async (request, reply) => {
      const ids = [...new Set(request.body.ids)];
      const retried = await deadLetters.retry(ids);
      return reply
        .header('cache-control', 'no-store')
        .send({ asked: ids.length, retried, unknown: ids.length - retried });
    },
  );
};

const CURSOR = 'letter';

function idOf(cursor: string): number {
  const { at, key } = readCursor(cursor);
  if (!Number.isSafeInteger(at) || at < 1 || key !== CURSOR) throw foreignCursor();
  return at;
}

function letterText({
  id,
  consumer,
  code,
  reason,
  attempts,
  failedAt,
  event,
}: DeadLetter & { id: number }): string {
  const rest = JSON.stringify({ id, consumer, code, reason, attempts, failedAt: iso(failedAt) });
  return `${rest.slice(0, -1)},"event":${eventText(event)}}`;
}
