import { Type } from 'typebox';
import { nullable, timeField } from '../../schema-parts.ts';

/** A stored event (`event-document.ts`). */
export const storedEventSchema = Type.Object(
  {
    itemId: Type.String({ description: 'Our id of the event.' }),
    source: Type.String(),
    eventType: Type.String(),
    id: Type.String({ description: 'The id its source gave it, or the one that was made.' }),
    occurredAt: nullable(timeField('When it happened, if its source says so.')),
    receivedAt: timeField('When we received it.'),
    matchId: nullable(Type.String({ description: 'Our match it is about, as far as we know.' })),
    subject: Type.String({ description: 'What it is about; events of one subject stand in order.' }),
    shardId: Type.Integer(),
    sequenceNumber: Type.Integer(),
    data: Type.Object({}, { description: 'As it came.' }),
  },
  {
    examples: [
      {
        itemId: 'ev_4kq0ztp3x7m1c9v2b8n5d6f0',
        source: 'stadium-feed',
        eventType: 'live_score',
        id: 'rovers-united-0103-7',
        occurredAt: '2026-01-03T16:01:09.000Z',
        receivedAt: '2026-01-03T16:01:09.310Z',
        matchId: 'm7k2qd4v1x9ab',
        subject: 'match:m7k2qd4v1x9ab',
        shardId: 9,
        sequenceNumber: 4711,
        data: { matchId: 'rovers-united-0103', homeScore: 2, awayScore: 1 },
      },
    ],
  },
);

/** Sent as ready text (`event-document.ts`). */
export const eventListSchema = Type.Unsafe<Buffer>(
  Type.Object({
    events: Type.Array(storedEventSchema, { description: 'Newest first.' }),
    nextCursor: nullable(Type.String()),
  }),
);

export const eventTypesSchema = Type.Object({
  types: Type.Array(
    Type.Object({
      id: Type.String({ description: '`eventType` of an event.' }),
      description: Type.String(),
      builtIn: Type.Boolean({ description: 'False for what the operator has declared.' }),
      schema: Type.Unknown({ description: 'JSON Schema of `data`.' }),
      example: Type.Unknown({ description: '`data` that fits it.' }),
    }),
  ),
});
