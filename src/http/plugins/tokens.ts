import jwt from '@fastify/jwt';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { epochMs, seconds } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpOptions } from '../dependencies.ts';
import type { HttpApp } from '../http-app.ts';
import { Problem } from '../problem.ts';
import { KnownTokens } from './known-tokens.ts';

export const TOKEN_ISSUER = 'touchline';
export const TOKEN_AUDIENCE = 'touchline-api';

/** What a token allows: `operator` changes how the server works, `ingest` pushes events, `read` reads guarded ones. */
export const SCOPES = ['operator', 'ingest', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who a token speaks for. */
export interface Principal {
  readonly sub: string;
  /** Scopes, separated by spaces. */
  readonly scope?: string;
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    user: Principal;
  }
}

/** Checks and signs tokens as `app.jwt`: HS256 and nothing else, with issuer, audience, expiry and subject demanded. */
export async function acceptTokens(
  app: HttpApp,
  options: Pick<HttpOptions, 'jwtSecret' | 'issuer' | 'audience'>,
): Promise<void> {
  const iss = options.issuer ?? TOKEN_ISSUER;
  const aud = options.audience ?? TOKEN_AUDIENCE;
  await app.register(jwt, {
    secret: options.jwtSecret,
    sign: { algorithm: 'HS256', iss, aud },
    verify: {
      algorithms: ['HS256'],
      allowedIss: iss,
      allowedAud: aud,
      requiredClaims: ['iss', 'aud', 'exp', 'sub'],
      cache: false,
    },
  });
}

const BEARER = /^Bearer +([^\s]+)$/i;

/** An `onRequest` hook that lets in only tokens with this scope; `request.user` is then the principal. */
export function requireScope(scope: Scope, clock: Pick<Clock, 'now'>) {
  const known = new KnownTokens();
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    try {
      request.user = principalOf(request, scope, clock, known);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
}

function principalOf(
  request: FastifyRequest,
  scope: Scope,
  clock: Pick<Clock, 'now'>,
  known: KnownTokens,
): Principal {
  const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) {
    throw new Problem('TOKEN_MISSING', 'Send `Authorization: Bearer <token>`.', {
      headers: { 'www-authenticate': 'Bearer realm="touchline"' },
    });
  }
  const principal = known.get(token, clock.now()) ?? verified(request, token, clock, known);
  if (!(principal.scope ?? '').split(' ').includes(scope)) {
    throw new Problem('SCOPE_MISSING', `The token lacks the scope \`${scope}\`.`, {
      headers: {
        'www-authenticate': `Bearer realm="touchline", error="insufficient_scope", scope="${scope}"`,
      },
    });
  }
  return principal;
}

const INVALID = { 'www-authenticate': 'Bearer realm="touchline", error="invalid_token"' };

function verified(
  request: FastifyRequest,
  token: string,
  clock: Pick<Clock, 'now'>,
  known: KnownTokens,
): Principal {
  let claims: Partial<Record<keyof Principal | 'exp', unknown>>;
  try {
    claims = request.server.jwt.verify(token, { clockTimestamp: clock.now() });
  } catch (cause) {
    if ((cause as { code?: string }).code === 'FAST_JWT_EXPIRED') {
      throw new Problem('TOKEN_EXPIRED', 'The token has expired.', { headers: INVALID });
    }
    throw new Problem('TOKEN_INVALID', 'The token is not valid here.', { headers: INVALID });
  }
  const { sub, scope, exp } = claims;
  if (typeof sub !== 'string' || sub === '' || (scope !== undefined && typeof scope !== 'string')) {
    throw new Problem('TOKEN_INVALID', '`sub` and `scope` have to be text.', { headers: INVALID });
  }
  const principal = { sub, ...(scope === undefined ? {} : { scope }) };
  if (typeof exp === 'number') known.note(token, principal, epochMs(seconds(exp)));
  return principal;
}
