import { Type } from 'typebox';
import { timeField } from '../../schema-parts.ts';
import { LARGEST_BATCH } from './items.ts';

const example = {
  source: 'stadium-feed',
  eventType: 'live_score',
  id: 'rovers-united-0103-7',
  occurredAt: '2026-01-03T16:01:09Z',
  data: {
    matchId: 'rovers-united-0103',
    sport: 'soccer',
    homeTeam: 'Northbridge Rovers',
    awayTeam: 'Eastvale United',
    startsAt: '2026-01-03T15:00:00Z',
    homeScore: 2,
    awayScore: 1,
    period: '2nd Half',
    clock: "58'",
  },
};

/** An event as a sender writes it; it documents, the intake judges. */
const eventSchema = Type.Object(
  {
    source: Type.String({ description: 'Who says it: 1 to 64 letters, digits, `.`, `_` or `-`.' }),
    eventType: Type.String({ description: 'One of `/api/v1/events/types`. Also `event_type`.' }),
    data: Type.Object({}, { description: 'As the type wants it; kept as it came. Also `payload`.' }),
    id: Type.Optional(
      Type.String({
        description:
          'Your id of the event, at most 200 characters: `source` and `id` are accepted once, for ever. Without one (and without `Idempotency-Key`) one is made. Also `eventId`, `event_id`.',
      }),
    ),
    occurredAt: Type.Optional(
      Type.Unsafe<string | number>({
        type: ['string', 'number'],
        description:
          'When it happened: ISO 8601 with its zone, or seconds or milliseconds since 1970. Also `occurred_at`, `timestamp`.',
      }),
    ),
  },
  { additionalProperties: false, examples: [example] },
);

export const bodySchema = Type.Union(
  [eventSchema, Type.Array(eventSchema, { minItems: 1, maxItems: LARGEST_BATCH })],
  { examples: [example, [example]] },
);

/** A line each is an event. */
export const ndjsonSchema = Type.String({ examples: [`${JSON.stringify(example)}\n`] });

const receiptFields = {
  success: Type.Boolean(),
  message: Type.String(),
  itemId: Type.String({ description: 'Our id of the event, `ev_…`.' }),
  sequenceNumber: Type.Integer({ description: 'Grows by one in its shard and never repeats.' }),
  shardId: Type.Integer({ description: 'The lane in whose order the event stands.' }),
  timestamp: timeField('When we received it (the first time, of a duplicate).'),
  duplicate: Type.Boolean({ description: 'It had been accepted before: these are the numbers of then.' }),
};

const receiptExample = {
  success: true,
  message: 'Event accepted',
  itemId: 'ev_4kq0ztp3x7m1c9v2b8n5d6f0',
  sequenceNumber: 4711,
  shardId: 9,
  timestamp: '2026-01-03T16:01:09.310Z',
  duplicate: false,
};

const resultSchema = Type.Object({
  index: Type.Integer({ description: 'Place in the batch, from 0.' }),
  success: Type.Boolean(),
  message: Type.String(),
  ...Object.fromEntries(
    Object.entries(receiptFields)
      .filter(([name]) => name !== 'success' && name !== 'message')
      .map(([name, field]) => [name, Type.Optional(field)]),
  ),
  code: Type.Optional(Type.String({ description: 'Why it was refused.' })),
  errors: Type.Optional(
    Type.Array(Type.Object({ in: Type.String(), field: Type.String(), message: Type.String() })),
  ),
});

export const acceptedSchema = Type.Union(
  [
    Type.Object(receiptFields),
    Type.Object(
      {
        success: Type.Boolean({ description: 'True when all of them were accepted.' }),
        message: Type.String(),
        accepted: Type.Integer({ description: 'Duplicates included.' }),
        rejected: Type.Integer(),
        duplicates: Type.Integer(),
        results: Type.Array(resultSchema, { description: 'One for each event, in order.' }),
        validTypes: Type.Optional(
          Type.Array(Type.String(), { description: 'The types there are, when one was unknown.' }),
        ),
      },
      { description: 'Of a batch.' },
    ),
  ],
  {
    description: 'Committed to Postgres.',
    examples: [
      receiptExample,
      {
        success: false,
        message: '1 of 2 events accepted',
        accepted: 1,
        rejected: 1,
        duplicates: 0,
        results: [
          { index: 0, ...receiptExample },
          {
            index: 1,
            success: false,
            code: 'EVENT_INVALID',
            message: '/data/homeScore is missing.',
            errors: [{ in: 'body', field: 'data.homeScore', message: 'is missing' }],
          },
        ],
      },
    ],
  },
);
