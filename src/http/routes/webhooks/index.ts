import type { FastifyRequest } from 'fastify';
import { minutes } from '../../../domain/time.ts';
import type { Feed } from '../../../ports/feeds.ts';
import type { HttpDependencies } from '../../dependencies.ts';
import type { HttpApp, Routes } from '../../http-app.ts';
import { RateWindows } from '../../plugins/rate-window.ts';
import { Problem } from '../../problem.ts';
import { checkEncoding, checkMediaType, headersOf } from './content.ts';
import { KnownSenders } from './known-senders.ts';
import { receipt } from './receipt.ts';
import { webhookSchema } from './schema.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The feed whose path it is, once that and its address have been judged. */
    feed?: Feed;
  }
}

type Request = FastifyRequest<{ Params: { feed: string; secret?: string } }>;

const WINDOW = minutes(1);
const REFUSALS_A_MINUTE = 100;

/**
 * `POST /api/v1/webhooks/:feed`, and with the secret segment that some feeds have. The common limit does not hold here:
 * a feed has its own, counted once its signature is good, so that no stranger can use it up; strangers are held back
 * by what they were refused.
 */
export const webhookRoutes: Routes = (app, { deps, options }) => {
  const { feeds } = deps;
  const webhooks = new Webhooks(deps, options.rateLimit?.max ?? REFUSALS_A_MINUTE);
  const bodyLimit = Math.max(1, ...feeds.all.map(({ maxBytes }) => maxBytes));
  app.register(async (scope: HttpApp) => {
    // The signature is over the bytes: nothing may have read them before it is checked.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
      done(null, body),
    );
    scope.decorateRequest('feed', undefined);
    scope.addHook('onError', async (request, _reply, error) => webhooks.refused(request, error));
    for (const path of ['/api/v1/webhooks/:feed', '/api/v1/webhooks/:feed/:secret']) {
      scope.post(
        path,
        {
          config: { rateLimit: false },
          bodyLimit,
          schema: webhookSchema(path.endsWith(':secret')),
          onRequest: (request, _reply, done) => {
            try {
              webhooks.admit(request as Request);
              done();
            } catch (error) {
              done(error as Error);
            }
          },
        },
        async (request, reply) => {
          const answer = await webhooks.take(request);
          return reply.code(202).header('cache-control', 'no-store').send(answer);
        },
      );
    }
  });
};

class Webhooks {
  readonly #deps: HttpDependencies;
  readonly #mostRefusals: number;
  /** By address. */
  readonly #refusals: RateWindows;
  readonly #senders = new KnownSenders();
  /** By feed. */
  readonly #deliveries: RateWindows;

  constructor(deps: HttpDependencies, mostRefusals: number) {
    this.#deps = deps;
    this.#mostRefusals = mostRefusals;
    this.#refusals = new RateWindows(deps.clock, WINDOW);
    this.#deliveries = new RateWindows(deps.clock, WINDOW);
  }

  /** Judges what can be judged before the body is read. Throws `Problem`. */
  admit(request: Request): void {
    const { current, ttl } = this.#refusals.read(request.ip);
    // Behind one proxy or gateway a stranger must not be able to shut a feed out.
    const isKnown = this.#senders.has(request.ip, this.#deps.clock.now());
    if (current >= this.#mostRefusals && !isKnown)
      throw tooMany('Too many requests of this address were refused', ttl);
    const { feed: id, secret } = request.params;
    const feed = this.#deps.feeds.find(id, secret);
    if (feed === undefined) throw new Problem('FEED_UNKNOWN', 'No feed has this address.');
    request.feed = feed;
    if (!feed.allows(request.ip)) throw new Problem('ADDRESS_REFUSED', 'The feed does not come from here.');
    checkMediaType(request.headers['content-type']);
    checkEncoding(request.headers['content-encoding']);
    if (Number(request.headers['content-length'] ?? 0) > feed.maxBytes) throw tooLarge(feed);
  }

  /** Answers once everything in it that can be kept is committed. Throws `Problem`. */
  async take(request: FastifyRequest): Promise<ReturnType<typeof receipt>> {
    const { clock, feedHealth, intake } = this.#deps;
    const feed = request.feed as Feed;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (body.length > feed.maxBytes) throw tooLarge(feed);
    const delivery = feed.verify({ headers: headersOf(request.headers), body, receivedAt: clock.now() });
    if (!delivery.ok) throw new Problem(delivery.code, delivery.message);
    this.#senders.heard(request.ip, clock.now());
    const { current, endsAt } = this.#deliveries.count(feed.id);
    if (current > feed.perMinute)
      throw tooMany(`More than ${feed.perMinute} deliveries in a minute`, endsAt - clock.now());
    const reading = feed.read(delivery);
    if (!reading.ok) {
      feedHealth.received(feed.id);
      feedHealth.failed(feed.id, reading.code);
      throw new Problem(reading.code, reading.message, {
        errors: (reading.faults ?? []).map(({ path, message }) => ({ in: 'body', field: path, message })),
      });
    }
    return receipt(reading.events.length === 0 ? [] : await intake.accept(reading.events));
  }

  /** Counts against the address, and against the feed where it is known which one was meant. */
  refused(request: FastifyRequest, error: unknown): void {
    if (!(error instanceof Problem) || !STRANGERS.has(error.code)) return;
    this.#refusals.count(request.ip);
    if (request.feed === undefined) return;
    this.#deps.feedHealth.received(request.feed.id);
    this.#deps.feedHealth.refused(request.feed.id, error.code);
  }
}

/** What anybody may be told, whoever he is. */
const STRANGERS: ReadonlySet<string> = new Set([
  'FEED_UNKNOWN',
  'ADDRESS_REFUSED',
  'SIGNATURE_MISSING',
  'SIGNATURE_INVALID',
  'SIGNATURE_EXPIRED',
  'UNSUPPORTED_MEDIA_TYPE',
  'BODY_TOO_LARGE',
]);

const tooLarge = ({ maxBytes }: Feed): Problem =>
  new Problem('BODY_TOO_LARGE', `The feed's bodies may have ${maxBytes} bytes.`);

function tooMany(why: string, ttl: number): Problem {
  const wait = Math.max(1, Math.ceil(ttl / 1_000));
  return new Problem('RATE_LIMITED', `${why}; wait ${wait} s.`, { headers: { 'retry-after': String(wait) } });
}
