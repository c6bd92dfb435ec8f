import { Type } from 'typebox';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** The error reply of every route (RFC 9457). */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'Reference of the code in the documentation.' }),
    title: Type.String({ description: 'The code in words; the same for every occurrence.' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What was wrong with this request.' }),
    instance: Type.String({ description: 'Path of the request.' }),
    code: Type.Unsafe<ErrorCode>({ type: 'string', enum: Object.keys(ERROR_CODES) }),
    requestId: Type.String({ description: 'Also in the `x-request-id` header and in our log.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: Type.String({ description: '`query`, `path` or `body`.' }),
          field: Type.String(),
          message: Type.String(),
        }),
        { description: 'Every fault of the request, for `VALIDATION_FAILED` and `EVENT_INVALID`.' },
      ),
    ),
    validTypes: Type.Optional(
      Type.Array(Type.String(), { description: 'The event types there are, for `EVENT_TYPE_UNKNOWN`.' }),
    ),
    results: Type.Optional(
      Type.Array(Type.Unknown(), { description: 'What became of each event, for `EVENTS_REJECTED`.' }),
    ),
  },
  {
    $id: 'Problem',
    description: 'An error (RFC 9457). Switch on `code`; the texts may change.',
    examples: [
      {
        type: '/docs/errors#validation_failed',
        title: 'The request does not fit the route',
        status: 400,
        detail: 'limit must be <= 200.',
        instance: '/api/matches',
        code: 'VALIDATION_FAILED',
        requestId: 'k3v9x1-1f',
        errors: [{ in: 'query', field: 'limit', message: 'must be <= 200' }],
      },
    ],
  },
);

/** The error part of a route's `response` schema: one entry per status of the given codes. */
export function problems(...codes: readonly ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => ERROR_CODES[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\`: ${ERROR_CODES[code].meaning}`).join('\n\n'),
        content: { 'application/problem+json': { schema: Type.Ref('Problem#') } },
      },
    ]),
  );
}
