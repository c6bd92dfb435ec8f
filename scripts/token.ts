import { parseArgs } from 'node:util';
import Fastify from 'fastify';
import { developmentSecret } from '../src/config/development-secret.ts';
import { readEnvironment } from '../src/config/read-environment.ts';
import { variables } from '../src/config/variables.ts';
import type { HttpApp } from '../src/http/http-app.ts';
import { acceptTokens, SCOPES } from '../src/http/plugins/tokens.ts';

const USAGE = `Usage: bun run token --scope SCOPE [--subject NAME] [--ttl 1h]

Prints a token for Authorization: Bearer, made with JWT_SECRET, or with the secret that development keeps in DATA_DIR.
  --scope    ${SCOPES.join(', ')}; several with a space between them
  --subject  who it speaks for, as the audit log will show it (default: the user of this shell)
  --ttl      how long it holds: 30s, 15m, 1h, 7d (default 1h)`;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `15m` in seconds; nothing for anything that is not a whole number and a unit. */
function secondsOf(ttl: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(ttl) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? Number.NaN);
  return seconds > 0 ? seconds : undefined;
}

function fail(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(1);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        scope: { type: 'string' },
        subject: { type: 'string' },
        ttl: { type: 'string', default: '1h' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    return fail((error as Error).message);
  }
}

const { scope, subject = process.env.USER ?? 'operator', ttl, help } = readArguments();
if (help) {
  console.log(USAGE);
  process.exit(0);
}
if (scope === undefined) fail('--scope is missing');
const scopes = scope.split(' ').filter((word) => word !== '');
const unknown = scopes.filter((word) => !SCOPES.some((known) => known === word));
if (scopes.length === 0 || unknown.length > 0) fail(`Unknown scope: ${unknown.join(' ') || '(none)'}`);
if (subject.trim() === '') fail('--subject is empty');
const seconds = secondsOf(ttl) ?? fail(`--ttl ${ttl} is not a time such as 1h`);

const { JWT_SECRET, DATA_DIR } = readEnvironment(variables, process.env).values;
const app: HttpApp = Fastify({ logger: false });
await acceptTokens(app, { jwtSecret: JWT_SECRET ?? developmentSecret(DATA_DIR) });
console.log(app.jwt.sign({ sub: subject, scope: scopes.join(' ') }, { expiresIn: seconds }));
