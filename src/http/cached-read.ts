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

/**
 * Answers a request from the cache, or makes the answer with `read` and keeps it. False, and nothing sent, when `read`
 * has nothing to show; it may also throw a `Problem`. `route` is the template the request is counted under.
 */
export type CachedRead = (
  route: string,
  request: FastifyRequest,
  reply: FastifyReply,
  read: (now: EpochMs) => Reading | undefined,
) => boolean;

export function cachedReads(
  cache: AnswerCache,
  send: SendAnswer,
  clock: Clock,
  always: HeaderFields,
): CachedRead {
  return (route, request, reply, read) => {
    const address = request.raw.url ?? '';
    const cached = cache.get(address);
    if (cached !== undefined) {
      send(request, reply, cached, route);
      return true;
    }
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
    send(request, reply, cache.put(address, { answer, until: after(now, holds), views }), route);
    return true;
  };
}

export const digest = (text: string): string =>
  createHash('sha1').update(text).digest('base64url').slice(0, 20);
