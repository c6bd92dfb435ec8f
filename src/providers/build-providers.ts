import type { ProviderId } from '../domain/ids.ts';
import { PooledHttpClient } from '../platform/http-client/pooled-http-client.ts';
import { SocketLineClient } from '../platform/line-socket/socket-line-client.ts';
import type { Clock } from '../ports/clock.ts';
import type { LineClient } from '../ports/line-client.ts';
import type { ProviderDefinition } from '../ports/provider.ts';
import type { ProviderHealthReader } from '../ports/provider-health.ts';
import type { RunningProvider } from '../ports/running-provider.ts';
import { HostedProvider } from './hosted-provider.ts';
import { noHttp, noLines } from './no-connections.ts';
import { type ProviderEdge, ProviderMonitor } from './provider-monitor.ts';

export interface ProvidersOptions {
  readonly definitions: readonly ProviderDefinition[];
  /** Settings of those that run, already checked against their schema. */
  readonly enabled: ReadonlyMap<ProviderId, unknown>;
  /** Those that do not, and what they lack. */
  readonly disabled: ReadonlyMap<ProviderId, string>;
  readonly clock: Clock;
  /** `touchline/<version>` */
  readonly userAgent: string;
  readonly onEdge?: (edge: ProviderEdge) => void;
}

export interface Providers {
  readonly running: readonly RunningProvider[];
  /** Every definition once, in their order, the disabled included. */
  readonly health: ProviderHealthReader;
  /** Lets go of all connections. Polls under way fail; abort them first. */
  close(): Promise<void>;
}

/** Builds every provider that has settings, each with its own connections, circuit and monitor. */
export function buildProviders(options: ProvidersOptions): Providers {
  const { definitions, enabled, disabled, clock, onEdge } = options;
  const running: HostedProvider[] = [];
  const clients: PooledHttpClient[] = [];
  const monitors = definitions.map((definition) => {
    const { id, name } = definition;
    const settings = enabled.get(id);
    if (settings === undefined) {
      const reason = disabled.get(id) ?? 'Not switched on';
      return new ProviderMonitor({ provider: id, name, clock, disabled: reason });
    }
    const monitor = new ProviderMonitor({ provider: id, name, clock, ...(onEdge && { onEdge }) });
    const values = settings as Readonly<Record<string, unknown>>;
    const httpAt = (baseUrl: string) => {
      const client = clientFor(definition, baseUrl, values, monitor, options);
      clients.push(client);
      return client;
    };
    // A provider whose settings have a `baseUrl` speaks HTTP; one without makes its answers itself.
    const http = typeof values.baseUrl === 'string' ? httpAt(values.baseUrl) : noHttp;
    const provider = definition.create(settings, { http, httpAt, lines: linesFor(definition, clock), clock });
    running.push(new HostedProvider(definition, provider, monitor, clock));
    return monitor;
  });
  let closing: Promise<void> | undefined;
  return {
    running,
    health: { all: () => monitors.map((monitor) => monitor.health()) },
    close: () => {
      closing ??= Promise.all([...running, ...clients].map((each) => each.close())).then(() => undefined);
      return closing;
    },
  };
}

function clientFor(
  definition: ProviderDefinition,
  baseUrl: string,
  values: Readonly<Record<string, unknown>>,
  monitor: ProviderMonitor,
  { clock, userAgent }: ProvidersOptions,
): PooledHttpClient {
  const { pace, secretQuery, errorOf, quotaOf } = definition;
  return new PooledHttpClient({
    baseUrl,
    clock,
    userAgent,
    timeout: pace.timeout,
    ...(pace.concurrency !== undefined && { concurrency: pace.concurrency }),
    ...(pace.maxBodyBytes !== undefined && { maxBodyBytes: pace.maxBodyBytes }),
    ...(secretQuery && { secretQuery }),
    ...(errorOf && { errorOf }),
    ...(quotaOf && { quotaOf }),
    secrets: secretsIn(definition, values),
    circuit: { onChange: (state) => monitor.circuit(state) },
    onQuota: (quota) => monitor.quota(quota),
  });
}

const LARGEST_LINE = 16 * 1024 * 1024;

function linesFor({ pace }: ProviderDefinition, clock: Clock): LineClient {
  if (pace.stream === undefined) return noLines;
  return new SocketLineClient({
    clock,
    connectTimeout: pace.timeout,
    maxLineBytes: pace.maxBodyBytes ?? LARGEST_LINE,
  });
}

const secretsIn = (definition: ProviderDefinition, values: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(definition.settings.properties)
    .filter(([, property]) => 'secret' in property && property.secret === true)
    .map(([name]) => values[name])
    .filter((value) => typeof value === 'string');
