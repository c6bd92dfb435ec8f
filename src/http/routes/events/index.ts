import { type Static, Type } from 'typebox';
import type { EventId } from '../../../domain/event.ts';
import { isMatchId, type MatchId } from '../../../domain/ids.ts';
import { instantOf } from '../../../domain/instant.ts';
import { type EpochMs, epochMs } from '../../../domain/time.ts';
import type { EventQuery } from '../../../ports/event-log.ts';
import type { LiveStore } from '../../../ports/live-store.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { liveMatch, matchNotFound } from '../../match-lookup.ts';
import { foreignCursor, nextLink, readCursor, writeCursor } from '../../paging.ts';
import { cursorParameter, limitParameter, matchIdParameter } from '../../parameters.ts';
import { requireScope } from '../../plugins/tokens.ts';
import { Problem } from '../../problem.ts';
import { eventText } from './event-document.ts';
import { eventPage } from './event-page.ts';
import { eventListSchema, eventTypesSchema } from './schema.ts';

const STANDARD = 100;
const MOST = 500;
const ITEM_ID = /^ev_[A-Za-z0-9]{1,64}$/;
const LAST = 253_402_300_799_999;

const instantParameter = (description: string) =>
  Type.String({ maxLength: 40, description, examples: ['2026-01-03T15:00:00Z'] });

const querySchema = Type.Object(
  {
    eventType: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', description: 'Only this type.' }),
    ),
    source: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', description: 'Only this source.' }),
    ),
    matchId: Type.Optional(matchIdParameter),
    since: Type.Optional(instantParameter('Received at or after this time (with its zone).')),
    until: Type.Optional(instantParameter('Received before this time.')),
    limit: Type.Optional(limitParameter(STANDARD, MOST)),
    cursor: Type.Optional(cursorParameter),
  },
  { additionalProperties: false },
);

/** `GET /events` and `GET /api/v1/events/types`. */
export const eventRoutes: Routes = (app, { deps, options }) => {
  const { eventLog, intake, live, clock } = deps;
  const guarded = options.eventsReadAuth === true;

  app.get(
    '/events',
    {
      ...(guarded && { onRequest: requireScope('read', clock) }),
      schema: {
        operationId: 'listEvents',
        tags: ['events'],
        summary: 'What was pushed, newest first',
        description:
          'Events as they came, as long as they are kept. Follow `nextCursor` into the past. With `EVENTS_READ_AUTH` it needs a token with scope `read`.',
        ...(guarded && { security: [{ read: [] }] }),
        querystring: querySchema,
        response: {
          200: eventListSchema,
          ...problems(
            'VALIDATION_FAILED',
            ...(guarded
              ? (['TOKEN_MISSING', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'SCOPE_MISSING'] as const)
              : []),
            'MATCH_NOT_FOUND',
            'RATE_LIMITED',
            'UNAVAILABLE',
          ),
        },
      },
    },
    async (request, reply) => {
      const { limit = STANDARD } = request.query;
      const { events, hasMore } = await eventPage(eventLog, { ...queryOf(request.query, live), limit });
      const last = hasMore ? events.at(-1) : undefined;
      const next = last === undefined ? null : writeCursor({ at: last.receivedAt, key: last.itemId });
      if (next !== null) reply.header('link', nextLink('/events', request.query, next));
      return reply
        .header('cache-control', 'no-store')
        .type('application/json; charset=utf-8')
        .send(
          Buffer.from(`{"events":[${events.map(eventText).join(',')}],"nextCursor":${JSON.stringify(next)}}`),
        );
    },
  );

  app.get(
    '/api/v1/events/types',
    {
      schema: {
        operationId: 'listEventTypes',
        tags: ['events'],
        summary: 'What may be pushed, with schemas and examples',
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: eventTypesSchema, ...problems('VALIDATION_FAILED', 'RATE_LIMITED') },
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60').send({ types: [...intake.types()] });
    },
  );
};

function queryOf(query: Static<typeof querySchema>, live: LiveStore): Omit<EventQuery, 'limit'> {
  const { eventType, source, matchId, since, until, cursor } = query;
  return {
    ...(eventType !== undefined && { eventType }),
    ...(source !== undefined && { source }),
    ...(matchId !== undefined && { matchId: matchNamed(live, matchId) }),
    ...(since !== undefined && { since: instantAt('since', since) }),
    ...(until !== undefined && { until: instantAt('until', until) }),
    ...(cursor !== undefined && { before: placeOf(cursor) }),
  };
}

/** One of our ids may be of a match that is long over, and has events all the same. */
function matchNamed(live: LiveStore, named: string): MatchId {
  const id = liveMatch(live, named)?.id ?? (isMatchId(named) ? named : undefined);
  if (id === undefined) throw matchNotFound(named);
  return id;
}

function instantAt(field: string, written: string): EpochMs {
  const at = instantOf(written);
  if (at !== undefined) return at;
  const message = 'must be a time with its zone, such as 2026-01-03T15:00:00Z';
  throw new Problem('VALIDATION_FAILED', `${field} ${message}.`, {
    errors: [{ in: 'query', field, message }],
  });
}

function placeOf(cursor: string): NonNullable<EventQuery['before']> {
  const { at, key } = readCursor(cursor);
  if (!Number.isInteger(at) || at < 0 || at > LAST || !ITEM_ID.test(key)) throw foreignCursor();
  return { receivedAt: epochMs(at), itemId: key as EventId };
}
