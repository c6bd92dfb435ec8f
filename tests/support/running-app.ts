import { type App, createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createLogger } from '../../src/platform/logger.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ProviderDefinition } from '../../src/ports/provider.ts';
import { registry } from '../../src/providers/registry.ts';
import { temporaryDataDir } from './postgres.ts';

export interface RunningApp {
  readonly app: App;
  readonly url: string;
  readonly webSocketUrl: string;
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  post(path: string, body: unknown, token: string): Promise<Response>;
  stop(): Promise<void>;
}

/** The whole server in this process, as `src/index.ts` makes it, from environment variables alone. */
export async function runningApp(
  environment: Record<string, string>,
  clock?: Clock,
  definitions: readonly ProviderDefinition[] = registry,
): Promise<RunningApp> {
  const config = loadConfig(
    {
      PORT: '0',
      DATA_DIR: temporaryDataDir(),
      RATE_LIMIT_MAX: '1000000',
      STORES_AT_START: 'exit',
      ...environment,
    },
    definitions,
  );
  const log = createLogger({
    level: 'silent',
    environment: 'test',
    version: 'test',
    secrets: config.secrets,
  });
  const app = createApp({ config, definitions, log, version: 'test', ...(clock && { clock }) });
  await app.lifecycle.start();
  const url = app.server.address();
  return {
    app,
    url,
    webSocketUrl: url.replace('http', 'ws'),
    get: async <T>(path: string) => (await fetch(url + path)).json() as Promise<T>,
    post: (path, body, token) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      }),
    stop: async () => {
      await app.lifecycle.stop();
    },
  };
}
