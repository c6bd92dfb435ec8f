import { Type } from 'typebox';
import { iso } from '../../../domain/time.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { nextLink, pageOf } from '../../paging.ts';
import { cursorParameter, limitParameter } from '../../parameters.ts';
import { requireScope } from '../../plugins/tokens.ts';
import { changeOf } from './change.ts';
import { changedSchema, changeSchema, statusSchema } from './schema.ts';
import { taskDocument } from './task-document.ts';

const STANDARD = 200;
const MOST = 1000;

/** `GET /api/polling/status` and `POST /api/polling/update`. */
export const pollingRoutes: Routes = (app, { deps }) => {
  const { polling, clock } = deps;

  app.get(
    '/api/polling/status',
    {
      schema: {
        operationId: 'getPollingStatus',
        tags: ['operations'],
        summary: 'What is polled, how often, and why so often',
        description: 'The interval tree, the overrides of operators, and the tasks in the order of their id.',
        querystring: Type.Object(
          { limit: Type.Optional(limitParameter(STANDARD, MOST)), cursor: Type.Optional(cursorParameter) },
          { additionalProperties: false },
        ),
        response: { 200: statusSchema, ...problems('VALIDATION_FAILED', 'RATE_LIMITED') },
      },
    },
    (request, reply) => {
      const { limit = STANDARD, ...rest } = request.query;
      const { role, tree, overrides, tasks } = polling.status();
      const ordered = [...tasks].sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
      const { items, next } = pageOf(ordered, ({ taskId }) => ({ at: 0, key: taskId }), { limit, ...rest });
      if (next !== null) reply.header('link', nextLink('/api/polling/status', request.query, next));
      reply.header('cache-control', 'no-store').send({
        role,
        counts: polling.counts(),
        tree,
        overrides: overrides.slice(0, MOST).map((override) => ({ ...override, at: iso(override.at) })),
        overrideCount: overrides.length,
        tasks: items.map(taskDocument),
        taskCount: tasks.length,
        nextCursor: next,
      });
    },
  );

  app.post(
    '/api/polling/update',
    {
      onRequest: requireScope('operator', clock),
      schema: {
        operationId: 'updatePolling',
        tags: ['operations'],
        summary: 'Set or remove a polling interval while the server runs',
        description:
          'Names one task by `taskId`, or everything a `scope` covers. `interval: null` takes the override away. It holds at once and over restarts, on every replica, and is audited under the `sub` of the token. Answers the tasks as they now stand.',
        security: [{ operator: [] }],
        body: changeSchema,
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: changedSchema,
          ...problems(
            'VALIDATION_FAILED',
            'MALFORMED_JSON',
            'POLLING_INTERVAL_INVALID',
            'TOKEN_MISSING',
            'TOKEN_INVALID',
            'TOKEN_EXPIRED',
            'SCOPE_MISSING',
            'POLLING_TASK_UNKNOWN',
            'POLLING_SCOPE_INVALID',
            'BODY_TOO_LARGE',
            'UNSUPPORTED_MEDIA_TYPE',
            'RATE_LIMITED',
            'UNAVAILABLE',
          ),
        },
      },
    },
    async (request, reply) => {
      const tasks = await polling.change(changeOf(request.body), request.user.sub);
      return reply
        .header('cache-control', 'no-store')
        .send({ tasks: tasks.slice(0, MOST).map(taskDocument), taskCount: tasks.length });
    },
  );
};
