import { type EpochMs, iso } from '../../../domain/time.ts';
import type { StoreHealth } from '../../../ports/live-store.ts';
import type { ProviderHealth, ProviderStatus } from '../../../ports/provider-health.ts';
import type { HttpDependencies } from '../../dependencies.ts';

type Parts = Pick<
  HttpDependencies,
  'live' | 'history' | 'polling' | 'providers' | 'readiness' | 'websocket' | 'clock'
>;

/**
 * The state of the whole server. `down`: it takes no traffic (starting or draining). `degraded`: it serves, but a store
 * or provider is away, tasks have stopped, or history was lost; `reasons` says which.
 */
export function healthDocument(parts: Parts, version: string, startedAt: EpochMs) {
  const state = parts.readiness.state();
  const stores = { postgres: parts.history.health(), redis: parts.live.health() };
  const providers = parts.providers.all();
  const tasks = parts.polling.counts();
  const queue = parts.history.queue();
  const reasons = [
    ...(state === 'ready' ? [] : [state]),
    ...Object.entries(stores).flatMap(([name, store]) => storeReason(name, store)),
    ...providers.flatMap(providerReason),
    ...(tasks.stopped > 0 ? [`${tasks.stopped} polling tasks stopped`] : []),
    ...(queue.lost > 0 ? [`${queue.lost} history entries lost`] : []),
  ];
  return {
    status: statusOf(state === 'ready', reasons),
    reasons,
    version,
    uptimeSeconds: Math.floor((parts.clock.now() - startedAt) / 1000),
    stores: { postgres: storeDocument(stores.postgres), redis: storeDocument(stores.redis) },
    history: queue,
    providers: countByStatus(providers),
    polling: tasks,
    websocket: { connections: parts.websocket.connections() },
  };
}

function statusOf(serves: boolean, reasons: readonly string[]): 'ok' | 'degraded' | 'down' {
  if (!serves) return 'down';
  return reasons.length > 0 ? 'degraded' : 'ok';
}

const storeDocument = ({ kind, status, since, lastErrorCode }: StoreHealth) => ({
  kind,
  status,
  since: iso(since),
  lastErrorCode: lastErrorCode ?? null,
});

const storeReason = (name: string, { status, lastErrorCode, since }: StoreHealth): string[] =>
  status === 'ok' ? [] : [`${name} is down since ${iso(since)} (${lastErrorCode ?? 'no error code'})`];

const providerReason = ({ provider, status, since, lastErrorCode }: ProviderHealth): string[] =>
  status === 'down' || status === 'degraded'
    ? [`provider ${provider} is ${status} since ${iso(since)} (${lastErrorCode ?? 'no error code'})`]
    : [];

function countByStatus(providers: readonly ProviderHealth[]): Record<ProviderStatus, number> {
  const counts = { unknown: 0, healthy: 0, degraded: 0, down: 0, disabled: 0 };
  for (const { status } of providers) counts[status]++;
  return counts;
}
