import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpDependencies } from './dependencies.ts';
import type { OriginFields } from './plugins/cross-origin.ts';

export type HeaderFields = Readonly<Record<string, string>>;

/** A body ready to go out, with the header fields of both its 200 and its 304. */
export interface Answer {
  readonly etag: string;
  readonly body: string;
  readonly full: HeaderFields;
  readonly notModified: HeaderFields;
}

export interface AnswerOptions {
  /** Entity tag, quotes and `W/` included. */
  readonly etag: string;
  readonly maxAgeSeconds: number;
  /** Value of a `Link` field. */
  readonly link?: string;
  /** Fields that every answer carries. */
  readonly always: HeaderFields;
}

/** Makes the bytes and header fields of a document once, for as many requests as may be. */
export function makeAnswer(body: string, { etag, maxAgeSeconds, link, always }: AnswerOptions): Answer {
  const shared = {
    etag,
    'cache-control': `public, max-age=${maxAgeSeconds}`,
    ...always,
    ...(link === undefined ? {} : { link }),
  };
  return {
    etag,
    body,
    notModified: shared,
    full: { 'content-type': 'application/json; charset=utf-8', ...shared },
  };
}

/** Whether one of the tags of an `If-None-Match` field is this one, compared weakly as RFC 9110 asks. */
export function matchesTag(field: string, etag: string): boolean {
  if (field === etag || field === '*') return true;
  if (!field.includes(',') && field.startsWith('W/')) return false;
  const opaque = etag.replace(/^W\//, '');
  return field.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque);
}

/** Sends a prepared answer; `route` is the template it is counted under. */
export type SendAnswer = (
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  route: string,
) => void;

/**
 * Sends past Fastify's reply pipeline: on Bun every header field set costs, and these were joined when the answer was
 * made. A cached answer carries no request id, for it may be kept and given to others.
 */
export function answerSender(
  { readiness, metrics }: Pick<HttpDependencies, 'readiness' | 'metrics'>,
  fieldsFor: OriginFields,
): SendAnswer {
  return (request, reply, answer, route) => {
    const asked = request.raw.headers;
    const tag = asked['if-none-match'];
    const unchanged = tag !== undefined && matchesTag(tag, answer.etag);
    const status = unchanged ? 304 : 200;
    // Ended here and now, it counts as sent: there is nothing to hijack it from.
    const { raw } = reply;
    if (unchanged) raw.statusCode = status;
    setAll(raw, unchanged ? answer.notModified : answer.full);
    if (asked.origin !== undefined) setAll(raw, fieldsFor(asked.origin) ?? {});
    if (readiness.state() === 'draining') raw.setHeader('connection', 'close');
    if (unchanged) raw.end();
    // With a body the runtime sets the length itself, and cheaper.
    else if (request.raw.method !== 'HEAD') raw.end(answer.body);
    else raw.setHeader('content-length', Buffer.byteLength(answer.body)).end();
    metrics.httpRequest(route, status, (performance.now() - request.arrivedAt) / 1000);
  };
}

function setAll(raw: ServerResponse, fields: HeaderFields): void {
  for (const name in fields) raw.setHeader(name, fields[name] as string);
}
