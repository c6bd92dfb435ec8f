import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { CachedReads } from './cached-read.ts';
import type { HttpDependencies, HttpOptions } from './dependencies.ts';

/** Fastify with TypeBox schemas: what routes are registered on. */
export type HttpApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What every route folder gets. */
export interface RouteContext {
  readonly options: HttpOptions;
  readonly deps: HttpDependencies;
  readonly cachedReads: CachedReads;
}

/** A noun's routes, registered in their own scope. */
export type Routes = (app: HttpApp, context: RouteContext) => void;
