import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { after, type EpochMs, type Millis } from '../domain/time.ts';
import type { MatchView } from '../domain/view.ts';
import type { Clock } from '../ports/clock.ts';
import { type HeaderFields, makeAnswer, type SendAnswer } from './answer.ts';
import type { AnswerCache } from './answer-cache.ts';

/** A document to be served, how long it holds, and the views it shows: a change of one of them ends it earlier. */
export interface Reading {
  readonly document: unknown;
  readonly holds: Millis;
  readonly views: readonly MatchView[];
  /** What the entity tag is made of; the whole document when absent. */
  readonly version?: string;
  readonly link?: string | undefined;
}

/** Answers a request with what is kept for its address; false, and nothing sent, when that is nothing. */
export type AnswerFromCache = (request: FastifyRequest, reply: FastifyReply) => boolean;

/** The reads of one route through the cache. */
export interface CachedRoute {
  /** For the route's `config`. */
  readonly fromCache: AnswerFromCache;
  /**
   * Makes the answer with `read`, keeps it and sends it. False, and nothing sent, when `read` has nothing to show; it
   * may also throw a `Problem`.
   */
  answer(request: FastifyRequest, reply: FastifyReply, read: (now: EpochMs) => Reading | undefined): boolean;
}

/** Makes the cached reads of a route; `template` is the name it is counted under. */
export type CachedReads = (template: string) => CachedRoute;

export function cachedReads(
  cache: AnswerCache,
  send: SendAnswer,
  clock: Clock,
  always: HeaderFields,
): CachedReads {
  return (template) => ({
    fromCache: (request, reply) => {
      const cached = cache.get(request.raw.url ?? '');
      if (cached === undefined) return false;
      send(request, reply, cached, template);
      return true;
    },

    answer: (request, reply, read) => {
      const now = clock.now();
      const reading = read(now);
      if (reading === undefined) return false;
      const { document, holds, views, version, link } = reading;
      const body = JSON.stringify(document);
      const answer = makeAnswer(body, {
        etag: `W/"${version ?? digest(body)}"`,
        maxAgeSeconds: Math.floor(holds / 1000),
        always,
        ...(link === undefined ? {} : { link }),
      });
      cache.put(request.raw.url ?? '', { answer, until: after(now, holds), views });
      send(request, reply, answer, template);
      return true;
    },
  });
}

export const digest = (text: string): string =>
  createHash('sha1').update(text).digest('base64url').slice(0, 20);
