import { Type } from 'typebox';
import { nullable, timeField } from '../../schema-parts.ts';
import { storedEventSchema } from '../events/schema.ts';

const letterSchema = Type.Object({
  id: Type.Integer({ description: 'For another try.' }),
  consumer: Type.String({ description: 'Who could not process it.' }),
  code: Type.String(),
  reason: Type.String({ description: 'In words.' }),
  attempts: Type.Integer(),
  failedAt: timeField('The last attempt.'),
  event: storedEventSchema,
});

/** Sent as ready text: an event's data stands in it as it came. */
export const letterListSchema = Type.Unsafe<Buffer>(
  Type.Object({
    deadLetters: Type.Array(letterSchema, { description: 'Newest first.' }),
    nextCursor: nullable(Type.String()),
  }),
);

export const retrySchema = Type.Object(
  {
    ids: Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      maxItems: 1_000,
    }),
  },
  { additionalProperties: false, examples: [{ ids: [17, 18] }] },
);

export const retriedSchema = Type.Object({
  asked: Type.Integer({ description: 'Different ids in the request.' }),
  retried: Type.Integer({ description: 'Letters that get another try.' }),
  unknown: Type.Integer({ description: 'Ids that name no letter (any more).' }),
});
