import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAllowedOrigin } from '../platform/origins.ts';
import type { HttpDependencies, HttpOptions } from './dependencies.ts';

type HeaderFields = Readonly<Record<string, string>>;

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
}

/** Makes the bytes and header fields of a document once, for as many requests as may be. */
export function makeAnswer(body: string, { etag, maxAgeSeconds, link }: AnswerOptions): Answer {
  const shared = {
    etag,
    'cache-control': `public, max-age=${maxAgeSeconds}`,
    vary: 'Origin',
    'x-content-type-options': 'nosniff',
    ...(link === undefined ? {} : { link }),
  };
  return {
    etag,
    body,
    notModified: shared,
    full: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      ...shared,
    },
  };
}

/** Whether one of the tags of an `If-None-Match` field is this one, compared weakly as RFC 9110 asks. */
export function matchesTag(field: string, etag: string): boolean {
  if (field === etag || field === '*') return true;
  if (!field.includes(',') && field.startsWith('W/')) return false;
  const opaque = etag.replace(/^W\//, '');
  return field.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque);
}

export type SendAnswer = (request: FastifyRequest, reply: FastifyReply, answer: Answer) => void;

/**
 * Sends a prepared answer past Fastify's reply pipeline: on Bun every header field set costs, and these were joined
 * when the answer was made. Routes that use it turn the CORS plugin off (`config.cors: false`); the one CORS field a
 * simple read needs is set here.
 */
export function answerSender(
  options: Pick<HttpOptions, 'allowedOrigins'>,
  { readiness }: Pick<HttpDependencies, 'readiness'>,
): SendAnswer {
  const anyOrigin = options.allowedOrigins.includes('*');
  return (request, reply, answer) => {
    const asked = request.headers;
    const unchanged = asked['if-none-match'] !== undefined && matchesTag(asked['if-none-match'], answer.etag);
    const fields = unchanged ? answer.notModified : answer.full;
    reply.hijack();
    const { raw } = reply;
    raw.statusCode = unchanged ? 304 : 200;
    for (const name in fields) raw.setHeader(name, fields[name] as string);
    if (asked.origin !== undefined && isAllowedOrigin(asked.origin, options.allowedOrigins)) {
      raw.setHeader('access-control-allow-origin', anyOrigin ? '*' : asked.origin);
    }
    if (readiness.state() === 'draining') raw.setHeader('connection', 'close');
    if (unchanged || request.method === 'HEAD') raw.end();
    else raw.end(answer.body);
  };
}
