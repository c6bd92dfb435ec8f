import { Type } from 'typebox';
import { minutes } from '../../../domain/time.ts';
import type { IncomingEvent } from '../../../ports/event-intake.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { ownLimit } from '../../plugins/rate-limit.ts';
import { requireScope } from '../../plugins/tokens.ts';
import { Problem } from '../../problem.ts';
import { compileValidator } from '../../validation.ts';
import { acceptRawBodies, isNdjson, JSON_TYPE, LARGEST_BODY, NDJSON_TYPES, textOf } from './body.ts';
import { readEnvelope } from './envelope.ts';
import { jsonItems, ndjsonItems } from './items.ts';
import {
  isAccepted,
  receipt,
  refusal,
  resultDocument,
  type Verdict,
  validTypesOf,
} from './result-document.ts';
import { acceptedSchema, bodySchema, ndjsonSchema } from './schema.ts';

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,180}$/;
const STANDARD_LIMIT = 600_000;

/** `POST /ingest`. */
export const ingestRoutes: Routes = (app, { deps, options }) => {
  const { intake, clock } = deps;
  acceptRawBodies(app);

  app.post(
    '/ingest',
    {
      bodyLimit: LARGEST_BODY,
      config: { limit: ownLimit(options.ingestRateLimitMax ?? STANDARD_LIMIT, minutes(1), clock) },
      onRequest: requireScope('ingest', clock),
      // The schema of the body documents it: events are judged one by one, by the schema of their type.
      validatorCompiler: (part) => (part.httpPart === 'body' ? () => true : compileValidator(part)),
      schema: {
        operationId: 'ingestEvents',
        tags: ['events'],
        summary: 'Push an event, or a batch of them',
        description: [
          'One event as an object; a batch as an array, or as NDJSON (`application/x-ndjson`), of at most 5,000 events and 8 MiB. The body may be gzipped (`Content-Encoding: gzip`).',
          'A 202 means that the event is committed to Postgres. The same source and id (or `Idempotency-Key`) again is answered with the numbers of the first time and `duplicate: true`, for ever; with another body it is a 409.',
          'A batch is judged event by event: it is a 202 as soon as one is accepted, and `results` tells of each; when none is, it is a 400. With an `Idempotency-Key` the events of a batch that bring no id get `key/0`, `key/1`, …, so that the whole can be sent again.',
          'After a 503 send the same again: what was stored after all is a duplicate then.',
        ].join('\n\n'),
        security: [{ ingest: [] }],
        headers: Type.Object({
          'idempotency-key': Type.Optional(
            Type.String({
              description: 'Identity of an event that brings no id: up to 180 visible characters.',
            }),
          ),
        }),
        querystring: Type.Object({}, { additionalProperties: false }),
        body: {
          content: {
            [JSON_TYPE]: { schema: bodySchema },
            [NDJSON_TYPES[0]]: { schema: ndjsonSchema },
          },
        },
        response: {
          202: acceptedSchema,
          ...problems(
            'EVENT_INVALID',
            'EVENT_TYPE_UNKNOWN',
            'EVENTS_REJECTED',
            'VALIDATION_FAILED',
            'MALFORMED_JSON',
            'TOKEN_MISSING',
            'TOKEN_INVALID',
            'TOKEN_EXPIRED',
            'SCOPE_MISSING',
            'EVENT_CONFLICT',
            'BODY_TOO_LARGE',
            'UNSUPPORTED_MEDIA_TYPE',
            'RATE_LIMITED',
            'UNAVAILABLE',
          ),
        },
      },
    },
    async (request, reply) => {
      const receivedAt = clock.now();
      const key = idempotencyKey(request.headers['idempotency-key']);
      const text = await textOf(request);
      const { items, isBatch } = isNdjson(request) ? await ndjsonItems(text) : jsonItems(text);
      const verdicts: (Verdict | undefined)[] = [];
      const events: IncomingEvent[] = [];
      for (const [i, item] of items.entries()) {
        const envelope = readEnvelope(item, receivedAt, key !== undefined && isBatch ? `${key}/${i}` : key);
        verdicts.push(envelope.ok ? undefined : envelope);
        if (envelope.ok) events.push(envelope.event);
      }
      const results = events.length === 0 ? [] : await intake.accept(events);
      let next = 0;
      const complete = verdicts.map((verdict) => verdict ?? (results[next++] as Verdict));
      reply.code(202).header('cache-control', 'no-store');
      return reply.send(isBatch ? batchDocument(complete) : single(complete[0] as Verdict));
    },
  );
};

function single(verdict: Verdict) {
  if (isAccepted(verdict)) return receipt(verdict);
  throw refusal(verdict);
}

/** What became of a batch; refused as a whole only when nothing of it was accepted. */
function batchDocument(verdicts: readonly Verdict[]) {
  const taken = verdicts.filter(isAccepted);
  const rejected = verdicts.length - taken.length;
  const types = verdicts.map(validTypesOf).find((list) => list !== undefined);
  const message = `${taken.length} of ${verdicts.length} events accepted`;
  const counts = {
    accepted: taken.length,
    rejected,
    duplicates: taken.filter(({ duplicate }) => duplicate).length,
    results: verdicts.map(resultDocument),
    ...(types !== undefined && { validTypes: [...types] }),
  };
  if (taken.length === 0) throw new Problem('EVENTS_REJECTED', `${message}.`, { members: counts });
  return { success: rejected === 0, message, ...counts };
}

function idempotencyKey(sent: string | undefined): string | undefined {
  if (sent === undefined || IDEMPOTENCY_KEY.test(sent)) return sent;
  throw new Problem('VALIDATION_FAILED', 'Idempotency-Key must be of 1 to 180 visible characters.', {
    errors: [{ in: 'headers', field: 'idempotency-key', message: 'must be of 1 to 180 visible characters' }],
  });
}
