/**
 * Prints what a provider's adapter makes of a body, one observation a line, and what it leaves out to standard error:
 * bun run decode --provider espn [--path /apis/…] [--received-at 2026-01-03T15:00:00Z] FILE   (- reads standard input)
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { observe } from '../src/domain/observation.ts';
import { type EpochMs, epochMs, iso, parseInstant } from '../src/domain/time.ts';
import { systemClock } from '../src/platform/system-clock.ts';
import type { HttpClient } from '../src/ports/http-client.ts';
import type { Decoded, ProviderDefinition } from '../src/ports/provider.ts';
import { ProviderError } from '../src/ports/provider-error.ts';
import { noLines } from '../src/providers/no-connections.ts';
import { registry } from '../src/providers/registry.ts';

const USAGE = 'usage: bun run decode --provider ID [--path PATH] [--received-at INSTANT] FILE';

/** What the caller can put right; the message says how. */
class Complaint extends Error {}

async function main(): Promise<void> {
  const { provider, path, receivedAt, file } = readArguments();
  const definition = registry.find(({ id }) => id === provider);
  if (definition === undefined) {
    const known = registry.map(({ id }) => id).join(', ');
    throw new Complaint(`no provider ${JSON.stringify(provider)}; known are: ${known}`);
  }
  const body = parseBody(await readText(file), file);
  const { statements, dropped } = decode(definition, body, path ?? (await usualPath(definition)), receivedAt);
  // We do not know when it was asked for; not later than it came.
  const stamp = { provider: definition.id, requestedAt: receivedAt, receivedAt };
  for (const observation of observe(statements, stamp)) print(process.stdout, observation);
  for (const each of dropped) print(process.stderr, { dropped: each });
}

function readArguments() {
  const options = {
    provider: { type: 'string' },
    path: { type: 'string' },
    'received-at': { type: 'string' },
  } as const;
  const { values, positionals } = parsed(() => parseArgs({ options, allowPositionals: true }));
  const [file] = positionals;
  if (values.provider === undefined || file === undefined || positionals.length > 1) {
    throw new Complaint(USAGE);
  }
  const at = values['received-at'];
  const receivedAt = at === undefined ? systemClock.now() : parseInstant(at);
  if (receivedAt === undefined) {
    throw new Complaint(`--received-at must be an instant with its zone, not ${JSON.stringify(at)}`);
  }
  return { provider: values.provider, path: values.path, receivedAt, file };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Complaint(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

async function readText(file: string): Promise<string> {
  if (file === '-') return Bun.stdin.text();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Complaint(`cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

function parseBody(text: string, file: string): unknown {
  try {
    // Some stored bodies begin with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Complaint(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function decode(definition: ProviderDefinition, body: unknown, path: string, receivedAt: EpochMs): Decoded {
  try {
    const error = definition.errorOf?.(200, {}, body, receivedAt);
    if (error !== undefined) throw error;
    return definition.decode(body, { path, receivedAt });
  } catch (error) {
    if (error instanceof ProviderError) throw new Complaint(`${error.code}: ${error.message}`);
    throw error;
  }
}

/** The path of the provider's first target under its default settings. */
async function usualPath(definition: ProviderDefinition): Promise<string> {
  let path = '/';
  const http: HttpClient = {
    getJson: (request) => {
      path = request.path;
      return Promise.reject(new ProviderError('PROVIDER_UNREACHABLE', 'only the path was wanted'));
    },
  };
  const host = { http, clock: systemClock, httpAt: () => http, lines: noLines };
  const provider = definition.create(defaultSettings(definition), host);
  const [target] = provider.targets();
  if (target !== undefined) {
    await provider.poll(target, new AbortController().signal).catch((error) => {
      if (!(error instanceof ProviderError)) throw error;
    });
  }
  await provider.close?.();
  return path;
}

function defaultSettings({ settings }: ProviderDefinition): unknown {
  const properties = Object.entries<{ secret?: boolean; default?: unknown }>(settings.properties);
  return Object.fromEntries(
    properties
      .map(([name, { secret, default: value }]) => [name, secret ? 'none' : value])
      .filter(([, value]) => value !== undefined),
  );
}

const INSTANTS: ReadonlySet<string> = new Set(['startsAt', 'statedAt', 'requestedAt', 'receivedAt']);

/** One line of JSON, its instants in RFC 3339. */
function print(to: NodeJS.WritableStream, value: unknown): void {
  const line = JSON.stringify(value, (key, inner) =>
    INSTANTS.has(key) && typeof inner === 'number' ? iso(epochMs(inner)) : inner,
  );
  to.write(`${line}\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  process.stderr.write(`decode: ${error.message}\n`);
  process.exitCode = 1;
}
