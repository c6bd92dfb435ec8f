import { readFileSync } from 'node:fs';
import { Value } from 'typebox/value';
import type { DatabaseTarget } from '../ports/database-target.ts';
import type { FeedDocument } from '../ports/feed-declaration.ts';
import type { ProviderDefinition } from '../ports/provider.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { developmentSecret } from './development-secret.ts';
import { eventSettings } from './event-settings.ts';
import { builtInFeeds, readFeedFiles, SHORTEST_FEED_SECRET } from './feed-files.ts';
import { defaultIntervals, type IntervalTree, intervalTreeFile, layIntervals } from './polling-config.ts';
import { providerSettings } from './provider-settings.ts';
import { type Environment, readEnvironment } from './read-environment.ts';
import { type Variables, variables } from './variables.ts';

const SHORTEST_SECRET = 32;
const EXAMPLES = /change.?me|example|your.?secret|secret.?key|^(.)\1+$|^(password|secret)/i;

/**
 * The only reader of the environment. Throws `ConfigError` with every fault at once; its only effect is the file of the
 * development secret.
 */
export function loadConfig(environment: Environment, definitions: readonly ProviderDefinition[]): Config {
  const { values, faults: found } = readEnvironment(variables, environment);
  const faults = [...found];
  const providers = providerSettings(definitions, environment, values.PROVIDERS);
  faults.push(...providers.faults);
  const intervals = readIntervals(values.POLLING_CONFIG, faults);
  const events = eventSettings(values, faults);
  const feeds = readFeeds(values, environment, faults);
  checkSecret(values, faults);
  if (values.NODE_ENV === 'production' && values.ALLOWED_ORIGINS?.includes('*')) {
    faults.push('ALLOWED_ORIGINS may not hold * in production: name the origins');
  }
  if (faults.length > 0) throw new ConfigError(faults);

  const jwtSecret = values.JWT_SECRET ?? developmentSecret(values.DATA_DIR);
  const secrets = [
    jwtSecret,
    values.DATABASE_URL,
    values.DB_PASSWORD,
    values.REDIS_URL,
    values.EVENTS_ARCHIVE_S3_ACCESS_KEY_ID,
    values.EVENTS_ARCHIVE_S3_SECRET_ACCESS_KEY,
    ...providers.secrets,
    ...feeds.flatMap((feed) => [...feed.secrets, feed.pathSecret]),
  ];
  return Object.freeze<Config>({
    environment: values.NODE_ENV,
    dataDir: values.DATA_DIR,
    log: { level: values.LOG_LEVEL },
    http: {
      host: values.HOST,
      port: values.PORT,
      jwtSecret,
      allowedOrigins: values.ALLOWED_ORIGINS,
      rateLimitMax: values.RATE_LIMIT_MAX,
      ingestRateLimitMax: values.INGEST_RATE_LIMIT_MAX,
      eventsReadAuth: values.EVENTS_READ_AUTH,
      trustProxy: values.TRUST_PROXY,
    },
    websocket: { maxConnections: values.WS_MAX_CONNECTIONS, maxPerAddress: values.WS_MAX_PER_ADDRESS },
    database: databaseTarget(values),
    ...(values.REDIS_URL === undefined ? {} : { redisUrl: values.REDIS_URL }),
    storesAtStart: values.STORES_AT_START,
    retention: { scoresDays: values.SCORES_RETENTION_DAYS, marketsDays: values.MARKETS_RETENTION_DAYS },
    events,
    providers: { enabled: providers.enabled, disabled: providers.disabled },
    feeds: { documents: feeds, staleMinutes: values.FEED_STALE_MINUTES },
    intervals,
    secrets: secrets.filter((value) => value !== undefined),
  });
}

function readFeeds(values: Variables, environment: Environment, faults: string[]): readonly FeedDocument[] {
  const isProduction = values.NODE_ENV === 'production';
  const { MATCH_EVENTS_SECRET: matchEvents = [], MATCH_STATUS_SECRET: matchStatus = [] } = values;
  for (const [name, secrets] of Object.entries({
    MATCH_EVENTS_SECRET: matchEvents,
    MATCH_STATUS_SECRET: matchStatus,
  })) {
    if (isProduction && secrets.some((one) => one.length < SHORTEST_FEED_SECRET))
      faults.push(`${name} is shorter than ${SHORTEST_FEED_SECRET} characters (its value is not shown)`);
  }
  const builtIn = builtInFeeds({ matchEvents, matchStatus });
  if (values.FEEDS_DIR === undefined) return builtIn;
  return [...builtIn, ...readFeedFiles({ folder: values.FEEDS_DIR, environment, isProduction }, faults)];
}

function checkSecret({ JWT_SECRET, NODE_ENV }: Variables, faults: string[]): void {
  if (JWT_SECRET === undefined) {
    if (NODE_ENV === 'production')
      faults.push('JWT_SECRET is missing: production does not start without one');
    return;
  }
  if (NODE_ENV !== 'production') return;
  if (JWT_SECRET.length < SHORTEST_SECRET)
    faults.push(`JWT_SECRET is shorter than ${SHORTEST_SECRET} characters`);
  else if (EXAMPLES.test(JWT_SECRET))
    faults.push('JWT_SECRET is an example: make one with `openssl rand -base64 32`');
}

function databaseTarget(values: Variables): DatabaseTarget {
  if (values.DATABASE_URL !== undefined) return { kind: 'url', url: values.DATABASE_URL };
  if (values.DB_HOST === undefined) return { kind: 'embedded', dataDir: values.DATA_DIR };
  return {
    kind: 'parts',
    host: values.DB_HOST,
    port: values.DB_PORT,
    database: values.DB_NAME,
    user: values.DB_USER,
    ...(values.DB_PASSWORD === undefined ? {} : { password: values.DB_PASSWORD }),
  };
}

function readIntervals(file: string | undefined, faults: string[]): IntervalTree {
  if (file === undefined) return defaultIntervals;
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const found = [...Value.Errors(intervalTreeFile, content)];
    for (const fault of found) faults.push(`POLLING_CONFIG ${fault.instancePath || '/'}: ${fault.message}`);
    if (found.length === 0)
      return layIntervals(defaultIntervals, content as Parameters<typeof layIntervals>[1]);
  } catch (error) {
    faults.push(`POLLING_CONFIG ${JSON.stringify(file)} cannot be read: ${(error as Error).message}`);
  }
  return defaultIntervals;
}
