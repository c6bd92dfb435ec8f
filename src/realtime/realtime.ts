import type { FastifyPluginAsync } from 'fastify';
import type { LifecycleState } from '../platform/lifecycle.ts';
import type { AllowedOrigins } from '../platform/origins.ts';
import type { Part } from '../ports/part.ts';
import { LiveHub } from './hub.ts';
import type { LiveDependencies, LiveLimits } from './live-context.ts';
import { liveRoutes } from './live-routes.ts';

export interface RealtimeOptions extends LiveDependencies, Partial<LiveLimits> {
  readonly allowedOrigins: AllowedOrigins;
  /** Upgrades are refused from the moment this says that the process is going away. */
  readonly readiness?: () => LifecycleState;
}

/** The live sockets: a part to start and stop, and routes for the HTTP server. */
export interface Realtime extends Part {
  readonly routes: FastifyPluginAsync;
  /** Open sockets. */
  connections(): number;
}

export function createRealtime(options: RealtimeOptions): Realtime {
  const { live, clock, log, metrics, allowedOrigins, readiness, ...limits } = options;
  const deps: LiveDependencies = { live, clock, log, metrics };
  const hub = new LiveHub(limits, deps);
  const leaving = (): boolean => readiness?.() === 'draining' || readiness?.() === 'stopped';
  return {
    name: hub.name,
    start: () => hub.start(),
    stop: () => hub.stop(),
    connections: () => hub.connections(),
    routes: liveRoutes({ hub, allowedOrigins, leaving }, deps),
  };
}
