import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { TouchlineError } from '../domain/errors.ts';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import { PROBLEM_TYPE, Problem, problemBody } from './problem.ts';

// Fastify's own refusals, by their code. All others are judged by their status.
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_BAD_URL: 'MALFORMED_REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'URI_TOO_LONG',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
};

const BY_STATUS: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  400: ['MALFORMED_JSON', 'The body is not JSON, is empty, or holds a forbidden key.'],
  404: ['ROUTE_NOT_FOUND', 'There is nothing at this address.'],
  408: ['REQUEST_TIMEOUT', 'The request did not arrive in time.'],
  413: ['BODY_TOO_LARGE', 'The body is over the limit.'],
  414: ['URI_TOO_LONG', 'The address is too long.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.'],
  431: ['HEADERS_TOO_LARGE', 'The header fields are over the limit.'],
  503: ['UNAVAILABLE', 'The server cannot answer at the moment.'],
};

const RETRY_SECONDS = '5';

/** What the caller is told of any error that reached the server's edge; never more than a code for our own faults. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TouchlineError) return ownProblem(error);
  const { code = '', statusCode = 500 } = error as { code?: string; statusCode?: number };
  const named = FASTIFY_CODES[code];
  if (named !== undefined) return new Problem(named, ERROR_CODES[named].meaning, { cause: error });
  const known = BY_STATUS[statusCode];
  if (known !== undefined) return new Problem(known[0], known[1], { cause: error });
  if (statusCode >= 400 && statusCode < 500) {
    return new Problem('MALFORMED_REQUEST', 'The request cannot be read.', { cause: error });
  }
  return new Problem('INTERNAL', 'The server failed; the fault is logged.', { cause: error });
}

function ownProblem(error: TouchlineError): Problem {
  if (error.code in ERROR_CODES) return new Problem(error.code as ErrorCode, error.message, { cause: error });
  if (error.retryable || error.code === 'STORE_STOPPED') {
    return new Problem('UNAVAILABLE', `What this needs is away (${error.code}).`, {
      cause: error,
      headers: { 'retry-after': RETRY_SECONDS },
    });
  }
  return new Problem('INTERNAL', 'The server failed; the fault is logged.', { cause: error });
}

// The last segment of a webhook's path may be its secret.
const SECRET_SEGMENT = /^(\/api\/v1\/webhooks\/[^/]+\/).+$/;

/** The path of an address as it may be logged and answered: without its query, and without a secret in it. */
export const shownPath = (url: string): string => (url.split('?', 1)[0] ?? '').replace(SECRET_SEGMENT, '$1…');

/** Answers the request with what `problemOf` makes of the error, and logs it when the fault is ours. */
export function replyWithProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): void {
  const problem = problemOf(error);
  const path = shownPath(request.url);
  if (problem.code === 'INTERNAL') {
    log.error({ requestId: request.id, method: request.method, path, err: error }, 'request failed');
  } else {
    log.debug({ requestId: request.id, method: request.method, path, code: problem.code }, 'request refused');
  }
  reply
    .code(problem.statusCode)
    .headers({
      ...problem.headers,
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'content-type': PROBLEM_TYPE,
    })
    // A Buffer: for text Fastify would put a charset on a media type that has none.
    .send(Buffer.from(problemBody(problem, path, request.id)));
}
