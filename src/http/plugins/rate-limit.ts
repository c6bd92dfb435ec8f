import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import { minutes } from '../../domain/time.ts';
import type { HttpDependencies, HttpOptions } from '../dependencies.ts';
import type { HttpApp } from '../http-app.ts';
import { Problem } from '../problem.ts';
import { rateWindows } from './rate-window.ts';

const SILENT = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

/**
 * Counts requests per address. Only a refusal carries header fields (`RateLimit`, `RateLimit-Policy`, `Retry-After`):
 * on every answer they would cost more than the answer. Routes opt out with `config.rateLimit: false`.
 */
export async function limitRate(
  app: HttpApp,
  options: HttpOptions,
  { clock }: HttpDependencies,
): Promise<void> {
  const max = options.rateLimit?.max ?? 100;
  const timeWindow = options.rateLimit?.windowMs ?? minutes(1);
  await app.register(rateLimit, {
    max,
    timeWindow,
    store: rateWindows(clock),
    // A request injected without a socket has no address.
    keyGenerator: ({ ip }) => (ip ? normalizeIP(ip) : 'unknown'),
    addHeaders: { ...SILENT, 'retry-after': false },
    addHeadersOnExceeding: SILENT,
    errorResponseBuilder: (_request, { ttl }) => refusal(max, timeWindow, ttl),
  });
}

function refusal(max: number, windowMs: number, ttl: number): Problem {
  const wait = Math.max(1, Math.ceil(ttl / 1000));
  return new Problem('RATE_LIMITED', `More than ${max} requests; wait ${wait} s.`, {
    headers: {
      'retry-after': String(wait),
      'ratelimit-policy': `"address";q=${max};w=${Math.ceil(windowMs / 1000)}`,
      ratelimit: `"address";r=0;t=${wait}`,
    },
  });
}
