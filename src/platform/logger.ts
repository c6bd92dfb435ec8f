import { createRequire } from 'node:module';
import {
  type DestinationStream,
  type Logger,
  type LoggerOptions,
  pino,
  stdSerializers,
  stdTimeFunctions,
} from 'pino';

export interface LogOptions {
  readonly level: string;
  readonly environment: 'development' | 'production' | 'test';
  readonly version: string;
  /** Names of fields to mask besides the usual ones, wherever they stand down to three levels deep. */
  readonly redact?: readonly string[];
  /** Values to mask wherever they turn up in a line, an error's message included. */
  readonly secrets?: readonly string[];
  /** Where the lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}

const MASK = '[redacted]';

const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'apiKey',
  'api_key',
  'appKey',
  'accessToken',
  'access_token',
  'jwtSecret',
  'password',
  'secret',
  'signature',
  'token',
];

// A shorter value would mask ordinary words.
const SHORTEST_SECRET = 6;

/** The process's logger: one JSON object a line, readable colours instead when a developer's terminal reads it. */
export function createLogger(options: LogOptions): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    base: { pid: process.pid, version: options.version },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: stdSerializers.err, error: stdSerializers.err },
    redact: { paths: pathsOf([...SECRET_FIELDS, ...(options.redact ?? [])]), censor: MASK },
  };
  return pino(settings, masked(options.destination ?? standardOutput(options), options.secrets ?? []));
}

const pathsOf = (fields: readonly string[]): string[] =>
  fields.flatMap((field) => {
    const name = `[${JSON.stringify(field)}]`;
    return [name, `*${name}`, `*.*${name}`];
  });

/** Takes secret values out of finished lines: a path cannot find them inside a message or an address. */
function masked(to: DestinationStream, secrets: readonly string[]): DestinationStream {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue;
    for (const form of [secret, encodeURIComponent(secret)]) forms.add(JSON.stringify(form).slice(1, -1));
  }
  if (forms.size === 0) return to;
  // Longest first: one secret may be part of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return {
    write(line) {
      let text = line;
      for (const form of ordered) if (text.includes(form)) text = text.replaceAll(form, MASK);
      to.write(text);
    },
  };
}

function standardOutput({ environment }: LogOptions): DestinationStream {
  if (environment === 'development' && process.stdout.isTTY) {
    const pretty = prettyStream();
    if (pretty !== undefined) return pretty;
  }
  return pino.destination({ dest: 1, sync: true });
}

/** pino-pretty in this process; absent where development dependencies are not installed. */
function prettyStream(): DestinationStream | undefined {
  try {
    const load = createRequire(import.meta.url);
    const pretty = load('pino-pretty') as (options: object) => DestinationStream;
    return pretty({ sync: true, colorize: true, ignore: 'pid,version', translateTime: 'HH:MM:ss.l' });
  } catch {
    return undefined;
  }
}
