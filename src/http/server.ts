import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { type Millis, seconds } from '../domain/time.ts';
import type { Part } from '../ports/part.ts';
import { answerSender } from './answer.ts';
import { AnswerCache } from './answer-cache.ts';
import { cachedReads } from './cached-read.ts';
import { refuseClient } from './client-error.ts';
import type { HttpDependencies, HttpOptions } from './dependencies.ts';
import { replyWithProblem, shownPath } from './error-reply.ts';
import { problemSchema } from './error-schema.ts';
import type { HttpApp, RouteContext } from './http-app.ts';
import { AllowedMethods } from './plugins/allowed-methods.ts';
import { answerPreflights, fixedFields, originFields } from './plugins/cross-origin.ts';
import { describeRoutes } from './plugins/description.ts';
import { guardEntrance } from './plugins/entrance.ts';
import { limitRate } from './plugins/rate-limit.ts';
import { requestIds } from './plugins/request-id.ts';
import { acceptTokens } from './plugins/tokens.ts';
import { Problem, quoted } from './problem.ts';
import { ROUTES } from './routes/index.ts';
import { compileValidator } from './validation.ts';

/** The HTTP part. `app` answers injected requests without a socket; `address` is known once started. */
export interface HttpServer extends Part {
  readonly app: HttpApp;
  address(): string;
}

const BODY_LIMIT = 64 * 1024;
const LONGEST_PARAMETER = 400;
const SWEEP: Millis = 50;

export function createHttpServer(options: HttpOptions, deps: HttpDependencies): HttpServer {
  const { log, clock } = deps;
  const idOf = requestIds();
  const app: HttpApp = Fastify({
    // Our own log says what is worth saying; a logger of Fastify's would make a child for every request.
    logger: false,
    bodyLimit: options.bodyLimit ?? BODY_LIMIT,
    trustProxy: options.trustProxy ?? false,
    genReqId: (request) => idOf(request.headers['x-request-id']),
    requestIdHeader: false,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    // A request that comes in during the drain is answered; `Connection: close` tells its sender to go elsewhere.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => refuseClient(error, socket, idOf(undefined)),
    frameworkErrors: (error, request, reply) => replyWithProblem(error, request, reply, log),
  }).withTypeProvider<TypeBoxTypeProvider>();
  const cache = new AnswerCache(deps.live, clock);
  const always = fixedFields(options.allowedOrigins);
  const fieldsFor = originFields(options.allowedOrigins);
  const reads = cachedReads(cache, answerSender(deps, fieldsFor), clock, always);
  const context: RouteContext = { options, deps, cachedReads: reads };

  app.setValidatorCompiler(compileValidator);
  // Response schemas document; what is sent is made by our own document functions.
  app.setSerializerCompiler(() => JSON.stringify);
  app.addSchema(problemSchema);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => replyWithProblem(error, request, reply, log));

  const methods = new AllowedMethods(app);
  app.register(async (scope) => {
    const limit = await limitRate(scope, options, deps);
    const enter = guardEntrance(scope, { ...deps, limit, always, fieldsFor });
    answerPreflights(scope, options);
    await acceptTokens(scope, options);
    await describeRoutes(scope, options);
    scope.setNotFoundHandler({ preHandler: enter }, (request, reply) => {
      const path = request.url.split('?', 1)[0] ?? '';
      const allowed = methods.of(path);
      const problem =
        allowed.length === 0
          ? new Problem('ROUTE_NOT_FOUND', `There is nothing at ${quoted(shownPath(path))}.`)
          : new Problem('METHOD_NOT_ALLOWED', `${quoted(shownPath(path))} takes ${allowed.join(', ')}.`, {
              headers: { allow: allowed.join(', ') },
            });
      replyWithProblem(problem, request, reply, log);
    });
    for (const routes of ROUTES) scope.register(async (inner) => routes(inner, context));
    for (const extension of deps.extensions) scope.register(extension);
  });
  app.addHook('onClose', async () => cache.close());

  let started: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  async function drain(): Promise<void> {
    await started?.catch(() => {});
    const closed = app.close();
    // Without the sweep a kept-alive connection holds the close until its timeout (72 s).
    let cancel = () => {};
    const sweep = () => {
      app.server.closeIdleConnections();
      cancel = clock.schedule(SWEEP, sweep);
    };
    sweep();
    const giveUp = clock.schedule(options.drainMs ?? seconds(8), () => app.server.closeAllConnections());
    await closed.finally(() => {
      cancel();
      giveUp();
    });
  }

  return {
    name: 'http',
    app,
    start: () => {
      started ??= app.listen({ host: options.host, port: options.port }).then(() => {});
      return started;
    },
    stop: () => {
      stopped ??= drain();
      return stopped;
    },
    address: () => {
      const bound = app.server.address();
      if (bound === null || typeof bound === 'string') return '';
      return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
    },
  };
}
