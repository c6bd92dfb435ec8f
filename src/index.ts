import manifest from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { ConfigError } from './config/config-error.ts';
import { loadConfig } from './config/load.ts';
import { createLogger } from './platform/logger.ts';
import { runUntilSignal } from './platform/run-until-signal.ts';
import { registry } from './providers/registry.ts';

const { version } = manifest;

/** The process: configuration → app → signals → exit code. */
async function main(): Promise<number> {
  const config = loadConfig(process.env, registry);
  const log = createLogger({
    level: config.log.level,
    environment: config.environment,
    version,
    secrets: config.secrets,
  });
  const app = createApp({ config, definitions: registry, log, version });
  return runUntilSignal({
    lifecycle: app.lifecycle,
    log,
    onReady: () =>
      log.info({ address: app.server.address(), providers: [...config.providers.enabled.keys()] }, 'ready'),
  });
}

try {
  process.exit(await main());
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  // There is no logger yet: its level is part of what is wrong.
  console.error(error.message);
  process.exit(1);
}
