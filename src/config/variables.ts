import { type Static, Type } from 'typebox';
import { secret } from '../ports/secret.ts';

/**
 * Every variable of the environment that is not a provider's own. Type, default, range, description and secrecy stand
 * here and nowhere else; `.env.example` and the README's table are checked against it. A default that says `dynamic`
 * in its description is made in `load.ts`.
 */
export const variables = Type.Object({
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 3000,
    description: 'Port to listen on; 0 takes a free one.',
  }),
  HOST: Type.String({
    minLength: 1,
    default: '127.0.0.1',
    description: 'Address to listen on; `0.0.0.0` in a container.',
  }),
  NODE_ENV: Type.Union([Type.Literal('development'), Type.Literal('production'), Type.Literal('test')], {
    default: 'development',
    description: '`production` demands a JWT secret and forbids the origin `*`.',
  }),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'Least severe level that is logged.' },
  ),
  DATA_DIR: Type.String({
    minLength: 1,
    default: './data',
    description: 'Folder of the embedded database and of the development secret.',
  }),
  DATABASE_URL: Type.Optional(
    secret({
      pattern: '^postgres(ql)?://',
      description: 'Postgres 15 or later. Without it and without `DB_HOST` the embedded one runs.',
    }),
  ),
  DB_HOST: Type.Optional(
    Type.String({ minLength: 1, description: 'Postgres by parts, in place of `DATABASE_URL`.' }),
  ),
  DB_PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 5432, description: 'Port of `DB_HOST`.' }),
  DB_NAME: Type.String({ minLength: 1, default: 'touchline', description: 'Database on `DB_HOST`.' }),
  DB_USER: Type.String({ minLength: 1, default: 'touchline', description: 'User on `DB_HOST`.' }),
  DB_PASSWORD: Type.Optional(secret({ description: 'Password of `DB_USER`.' })),
  REDIS_URL: Type.Optional(
    secret({
      pattern: '^rediss?://',
      description: 'Redis 7 or later, or Valkey. Without it views live in the process.',
    }),
  ),
  JWT_SECRET: Type.Optional(
    secret({
      description: 'Signs and checks tokens; 32 characters or more. Development makes one in `DATA_DIR`.',
    }),
  ),
  ALLOWED_ORIGINS: Type.Array(Type.String({ pattern: '^(\\*|https?://[^/\\s]+)$' }), {
    default: [],
    description: 'Origins whose pages may call the API and open sockets; `*` only outside production.',
  }),
  RATE_LIMIT_MAX: Type.Integer({ minimum: 1, default: 100, description: 'Requests a minute and address.' }),
  TRUST_PROXY: Type.Boolean({
    default: false,
    description: 'Believe `X-Forwarded-For`; only behind a proxy that sets it.',
  }),
  PROVIDERS: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description: 'Providers to run. Unset: those whose key is set, else the simulated league.',
    }),
  ),
  POLLING_CONFIG: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'JSON file with intervals per sport, league and match (docs/operations.md).',
    }),
  ),
  FEEDS_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Folder of JSON files that declare feeds, the senders of webhooks (docs/feeds.md).',
    }),
  ),
  MATCH_EVENTS_SECRET: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    secret: true,
    description:
      'Secret of `/api/v1/webhooks/match-events`; without it that is not there. Two while one replaces the other.',
  }),
  MATCH_STATUS_SECRET: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    secret: true,
    description: 'Secret of `/api/v1/webhooks/match-status`.',
  }),
  FEED_STALE_MINUTES: Type.Integer({
    minimum: 1,
    maximum: 10_080,
    default: 5,
    description: 'How long a feed may be silent before it counts as stale.',
  }),
  STORES_AT_START: Type.Union([Type.Literal('retry'), Type.Literal('exit')], {
    default: 'retry',
    description: 'When Postgres or Redis refuses at start: try again with back-off, or exit with code 1.',
  }),
  SCORES_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    maximum: 36_500,
    default: 90,
    description: 'How long score history is kept.',
  }),
  MARKETS_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    maximum: 36_500,
    default: 30,
    description: 'How long market history is kept.',
  }),
  INGEST_RATE_LIMIT_MAX: Type.Integer({
    minimum: 1,
    default: 600_000,
    description: 'Requests to `/ingest` a minute and address; they count against nothing else.',
  }),
  EVENT_TYPES_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Folder of JSON Schema files `<type>.json` that declare more event types (`examples/event-types`).',
    }),
  ),
  EVENT_STREAMS_HOURS: Type.Integer({
    minimum: 1,
    maximum: 8_760,
    default: 24,
    description: 'How long pushed events can be followed in Redis Streams `events:{shard}`.',
  }),
  EVENTS_READ_AUTH: Type.Boolean({
    default: false,
    description: '`GET /events` needs a token with the scope `read`.',
  }),
  EVENTS_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    maximum: 36_500,
    default: 30,
    description: 'How long pushed events are kept; their ids are kept for ever.',
  }),
  EVENTS_TTL: Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*=[0-9]+$' }), {
    default: [],
    description: 'Types kept shorter or longer, in days: `betting_odds=7,race_result=365`.',
  }),
  EVENTS_ARCHIVE_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Folder where events go, as gzipped NDJSON, before they are removed.',
    }),
  ),
  EVENTS_ARCHIVE_S3_BUCKET: Type.Optional(
    Type.String({ minLength: 1, description: 'The same into a bucket of S3 or of a service like it.' }),
  ),
  EVENTS_ARCHIVE_S3_ENDPOINT: Type.Optional(
    Type.String({ pattern: '^https?://[^\\s]+$', description: 'URL of that service. Unset: AWS.' }),
  ),
  EVENTS_ARCHIVE_S3_REGION: Type.Optional(
    Type.String({ minLength: 1, description: 'Region of the bucket. Unset: `us-east-1`.' }),
  ),
  EVENTS_ARCHIVE_S3_PREFIX: Type.String({
    default: 'events/',
    pattern: '^[^/\\s][^\\s]*$',
    description: 'What the names in the bucket begin with.',
  }),
  EVENTS_ARCHIVE_S3_ACCESS_KEY_ID: Type.Optional(
    secret({ description: 'Key that may write and read there.' }),
  ),
  EVENTS_ARCHIVE_S3_SECRET_ACCESS_KEY: Type.Optional(secret({ description: 'The secret of that key.' })),
  WS_MAX_CONNECTIONS: Type.Integer({ minimum: 1, default: 10_000, description: 'Open sockets in all.' }),
  WS_MAX_PER_ADDRESS: Type.Integer({ minimum: 1, default: 200, description: 'Open sockets of one address.' }),
});

export type Variables = Static<typeof variables>;
