import { Type } from 'typebox';
import { problems } from '../../error-schema.ts';
import { timeField } from '../../schema-parts.ts';

const acceptedEvent = Type.Object({
  success: Type.Literal(true),
  itemId: Type.String({ description: 'Our id of the event.' }),
  sequenceNumber: Type.Integer({ description: 'Grows by one in its shard and never repeats.' }),
  shardId: Type.Integer(),
  timestamp: timeField('When it was received; of a duplicate, the first time.'),
  duplicate: Type.Boolean({ description: 'It had been accepted before: these are the first numbers.' }),
});

const refusedEvent = Type.Object({
  success: Type.Literal(false),
  code: Type.String(),
  message: Type.String(),
});

const receiptSchema = Type.Object({
  success: Type.Literal(true),
  message: Type.String(),
  duplicate: Type.Boolean({ description: 'All of it had been accepted before.' }),
  events: Type.Array(Type.Union([acceptedEvent, refusedEvent]), {
    description: 'What became of each event that the mapping made; empty where the declaration lets it go.',
  }),
});

/** The description of a webhook's route, with or without the secret segment. */
export const webhookSchema = (hasSecret: boolean) => ({
  operationId: hasSecret ? 'receiveWebhookUnderSecretPath' : 'receiveWebhook',
  tags: ['events'],
  summary: hasSecret ? 'The same, for a feed with a secret path' : "A feed's delivery, signed",
  description:
    'The body is what the feed sends; its declaration says how it is signed and what is made of it (docs/feeds.md). ' +
    '`match-events` and `match-status` are there as soon as their secrets are set, and take our own events. ' +
    'A 202 means that it is committed. A delivery that is repeated is answered as the first time, with `duplicate`.',
  params: Type.Object({
    feed: Type.String({ description: 'Id of the feed.', examples: ['match-events'] }),
    ...(hasSecret ? { secret: Type.String({ description: 'Its secret segment.' }) } : {}),
  }),
  querystring: Type.Object({}, { additionalProperties: false }),
  response: {
    202: receiptSchema,
    ...problems(
      'VALIDATION_FAILED',
      'FEED_BODY_INVALID',
      'SIGNATURE_MISSING',
      'SIGNATURE_INVALID',
      'SIGNATURE_EXPIRED',
      'ADDRESS_REFUSED',
      'FEED_UNKNOWN',
      'EVENT_CONFLICT',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'FEED_MAPPING_FAULT',
      'RATE_LIMITED',
      'UNAVAILABLE',
    ),
  },
});
