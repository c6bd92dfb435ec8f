import cors from '@fastify/cors';
import { minutes } from '../../domain/time.ts';
import { type AllowedOrigins, isAllowedOrigin } from '../../platform/origins.ts';
import type { HttpOptions } from '../dependencies.ts';
import type { HttpApp } from '../http-app.ts';

const EXPOSED = 'ETag, Link, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id';

/** Header fields that let a page of this origin read an answer; none when it may not, or when no page asks. */
export type OriginFields = (origin: string | undefined) => Readonly<Record<string, string>> | undefined;

export function originFields(allowed: AllowedOrigins): OriginFields {
  const any = allowed.includes('*');
  return (origin) =>
    origin === undefined || !isAllowedOrigin(origin, allowed)
      ? undefined
      : {
          'access-control-allow-origin': any ? '*' : origin,
          'access-control-expose-headers': EXPOSED,
        };
}

/** The fields of every answer: `Vary` only where answers differ by origin. */
export const fixedFields = (allowed: AllowedOrigins): Readonly<Record<string, string>> => ({
  'x-content-type-options': 'nosniff',
  ...(allowed.length === 0 || allowed.includes('*') ? {} : { vary: 'Origin' }),
});

/**
 * Answers preflights (CORS). The plugin stays in a scope of its own, where only its `OPTIONS *` is: as a hook of every
 * route it would cost each read more than `originFields` does.
 */
export function answerPreflights(
  app: HttpApp,
  { allowedOrigins }: Pick<HttpOptions, 'allowedOrigins'>,
): void {
  if (allowedOrigins.length === 0) return;
  app.register(async (preflights) => {
    await preflights.register(cors, {
      origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins],
      methods: ['GET', 'HEAD', 'POST', 'DELETE'],
      allowedHeaders: [
        'Authorization',
        'Content-Type',
        'Idempotency-Key',
        'If-Match',
        'If-None-Match',
        'X-Request-Id',
      ],
      maxAge: minutes(10) / 1000,
      // Otherwise an OPTIONS request that is no preflight gets an error page of the plugin's own.
      strictPreflight: false,
    });
  });
}
