import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import {
  type FeedDeclaration,
  type FeedDocument,
  feedDeclaration,
  type SignatureScheme,
} from '../ports/feed-declaration.ts';
import type { Environment } from './read-environment.ts';

/** In characters, in production. */
export const SHORTEST_FEED_SECRET = 16;
const MOST_FAULTS = 10;

/** Those that have no secret. */
const UNSIGNED: ReadonlySet<SignatureScheme> = new Set(['opta', 'none']);
/** Those whose header has no fixed name. */
const WITH_HEADER: ReadonlySet<SignatureScheme> = new Set([
  'hmac-hex',
  'hmac-base64',
  'github',
  'stripe',
  'timestamped-hex',
]);

export interface FeedFilesOptions {
  readonly folder: string;
  readonly environment: Environment;
  readonly isProduction: boolean;
}

/**
 * The feeds declared in the folder's `*.json` files, in the order of their names, with the secrets their variables
 * hold. What cannot be used is left out and told in `faults`, with file and place and never with a secret.
 */
export function readFeedFiles(options: FeedFilesOptions, faults: string[]): readonly FeedDocument[] {
  const { folder } = options;
  let files: readonly string[];
  try {
    files = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.startsWith('.'));
  } catch (error) {
    faults.push(`FEEDS_DIR ${JSON.stringify(folder)} cannot be read: ${(error as Error).message}`);
    return [];
  }
  return [...files].sort().flatMap((file) => {
    const place = `FEEDS_DIR ${file}`;
    const declaration = readDeclaration(join(folder, file), place, faults);
    return declaration === undefined ? [] : [documentOf(declaration, place, options, faults)];
  });
}

function readDeclaration(path: string, place: string, faults: string[]): FeedDeclaration | undefined {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // The parser's message may quote the file, and a secret in it.
    faults.push(`${place} ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'}`);
    return undefined;
  }
  if (Value.Check(feedDeclaration, content)) return content;
  for (const { instancePath, message } of Value.Errors(feedDeclaration, content).slice(0, MOST_FAULTS))
    faults.push(`${place} ${instancePath || '/'}: ${message}`);
  return undefined;
}

function documentOf(
  declaration: FeedDeclaration,
  place: string,
  { environment, isProduction }: FeedFilesOptions,
  faults: string[],
): FeedDocument {
  const fault = (at: string, message: string) => faults.push(`${place} ${at}: ${message}`);
  const { signature, pathSecretEnv, allow, preset, mapping } = declaration;
  const read = (name: string, at: string): string[] => {
    const value = environment[name]?.trim();
    if (value) return [value];
    fault(at, `${name} is not set`);
    return [];
  };
  const secrets = [
    ...(signature.secretEnv ?? []).flatMap((name, index) => read(name, `/signature/secretEnv/${index}`)),
    ...(signature.secrets ?? []),
  ];
  const [pathSecret] = pathSecretEnv === undefined ? [] : read(pathSecretEnv, '/pathSecretEnv');

  if (isProduction && signature.secrets !== undefined)
    fault('/signature/secrets', 'may not stand in the file in production: name variables in secretEnv');
  if (
    isProduction &&
    [...secrets, pathSecret].some((one) => one !== undefined && one.length < SHORTEST_FEED_SECRET)
  )
    fault(
      '/signature',
      `has a secret shorter than ${SHORTEST_FEED_SECRET} characters (its value is not shown)`,
    );
  if (pathSecret !== undefined && !/^[A-Za-z0-9._~-]{1,200}$/.test(pathSecret))
    fault('/pathSecretEnv', 'its value may hold letters, digits and ._~- only, at most 200 of them');
  if ((preset === undefined) === (mapping === undefined)) fault('/mapping', 'needs either mapping or preset');
  checkScheme(declaration, fault);
  if (UNSIGNED.has(signature.scheme)) {
    if (allow === undefined && pathSecretEnv === undefined)
      fault('/signature/scheme', `${signature.scheme} proves nothing: allow or pathSecretEnv is needed`);
  } else if (signature.secretEnv === undefined && signature.secrets === undefined)
    fault('/signature', `${signature.scheme} needs secretEnv`);
  return { place, declaration, secrets, ...(pathSecret !== undefined && { pathSecret }) };
}

function checkScheme({ signature }: FeedDeclaration, fault: (at: string, message: string) => void): void {
  const { scheme, header, timestampHeader, secretEnv, secrets } = signature;
  if (header !== undefined && !WITH_HEADER.has(scheme)) fault('/signature/header', `is fixed with ${scheme}`);
  if ((timestampHeader !== undefined) !== (scheme === 'timestamped-hex'))
    fault('/signature/timestampHeader', 'is needed with timestamped-hex, and goes with nothing else');
  if (UNSIGNED.has(scheme) && (secretEnv !== undefined || secrets !== undefined))
    fault('/signature', `${scheme} has no secret`);
}

/** The two feeds there are without a file, each as soon as its secrets are set. */
export function builtInFeeds(secrets: {
  readonly matchEvents: readonly string[];
  readonly matchStatus: readonly string[];
}): readonly FeedDocument[] {
  const feed = (
    preset: 'match-events' | 'match-status',
    name: string,
    place: string,
    given: readonly string[],
  ): FeedDocument[] =>
    given.length === 0
      ? []
      : [
          {
            place,
            declaration: { id: preset, name, signature: { scheme: 'hmac-hex' }, preset },
            secrets: given,
          },
        ];
  return [
    ...feed('match-events', 'Match events', 'MATCH_EVENTS_SECRET', secrets.matchEvents),
    ...feed('match-status', 'Match status', 'MATCH_STATUS_SECRET', secrets.matchStatus),
  ];
}
