import { Type } from 'typebox';
import { problems } from '../../error-schema.ts';
import { matchIdParameter } from '../../parameters.ts';
import { timeField } from '../../schema-parts.ts';

const ifMatch = Type.Optional(
  Type.String({
    description:
      'The state that you have seen, `"<epoch>:<seq>"`, or the `ETag` of `GET /api/scores/:matchId`; `*` for whichever it is.',
    examples: ['"e1:17"'],
  }),
);

export const entryHeaders = Type.Object({
  'if-match': ifMatch,
  'idempotency-key': Type.Optional(
    Type.String({ pattern: '^[\\x21-\\x7e]{1,100}$', description: 'The `id`, where the body has none.' }),
  ),
});

export const undoHeaders = Type.Object({ 'if-match': ifMatch });

export const noQuery = Type.Object({}, { additionalProperties: false });
export const matchParams = Type.Object({ matchId: matchIdParameter });
export const undoParams = Type.Object({
  matchId: matchIdParameter,
  eventId: Type.String({ pattern: '^ev_[A-Za-z0-9]{1,60}$', description: '`itemId` of the entry.' }),
});

export const entrySchema = Type.Object(
  {
    eventType: Type.Optional(
      Type.Unsafe<'match_event' | 'match_status' | 'live_score'>({
        type: 'string',
        enum: ['match_event', 'match_status', 'live_score'],
        description: '`match_event` when absent.',
      }),
    ),
    id: Type.Optional(
      Type.String({
        pattern: '^[\\x21-\\x7e]{1,100}$',
        description: 'Your id of the entry: sent again, it is answered as the first time.',
      }),
    ),
    occurredAt: Type.Optional(
      Type.Unsafe<string | number>({ type: ['string', 'number'], description: 'With its zone.' }),
    ),
    data: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'As its type wants it, without the match. Its fields may also stand beside these, without `data`.',
      }),
    ),
  },
  {
    examples: [
      { type: 'goal', team: 'home', minute: 58, player: 'A. Okafor' },
      { eventType: 'match_status', data: { status: 'paused', period: 'Half Time' } },
      { eventType: 'live_score', id: 'my-7', data: { homeScore: 2, awayScore: 1 } },
    ],
  },
);

export const receiptSchema = Type.Object({
  success: Type.Boolean(),
  message: Type.String(),
  itemId: Type.String({ description: 'Our id of the event; what undoing it asks for.' }),
  sequenceNumber: Type.Integer(),
  shardId: Type.Integer(),
  timestamp: timeField('When it was received; of a duplicate, the first time.'),
  duplicate: Type.Boolean({ description: 'It had been entered before.' }),
});

const COMMON = [
  'VALIDATION_FAILED',
  'TOKEN_MISSING',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'SCOPE_MISSING',
  'MATCH_NOT_FOUND',
  'EVENT_CONFLICT',
  'POSITION_OUTDATED',
  'POSITION_NEEDED',
  'RATE_LIMITED',
  'UNAVAILABLE',
] as const;

export const entryProblems = problems(
  ...COMMON,
  'EVENT_INVALID',
  'MALFORMED_JSON',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
);

export const undoProblems = problems(...COMMON, 'EVENT_NOT_FOUND', 'EVENT_NOT_UNDOABLE');
