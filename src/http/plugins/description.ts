import swagger from '@fastify/swagger';
import type { HttpOptions } from '../dependencies.ts';
import type { HttpApp } from '../http-app.ts';

const INTRODUCTION = `Live scores and betting markets, merged from many providers, with an honest confidence.

**Reads need no token.** Answers carry an \`ETag\`; send it back as \`If-None-Match\` and an unchanged answer is an
empty 304. Lists are paged: follow \`nextCursor\` (or the \`Link\` header) until it is null.

**Ids.** A match is named by our \`matchId\`, or by a provider's own id as \`provider:theirId\`
(\`espn:401585601\`). \`football\` as a sport means soccer and American football.

**Trust.** \`confidence\` is the probability that score and status are right; \`sources\` says who agrees.
\`stale: true\` means the sources are silent or a store is away: the data are shown, and should not be acted on.

**Positions.** \`epoch\` and \`seq\` number the changes of a match without gaps, the same here and on the sockets.

**Errors** are \`application/problem+json\` with a stable \`code\`; [all of them](/docs/errors).

**Limits.** Requests are counted per address; a 429 says in \`Retry-After\` how many seconds to wait.`;

/** Collects the schemas of all routes registered after it; `app.swagger()` is then the OpenAPI 3.1 document. */
export async function describeRoutes(app: HttpApp, { version }: HttpOptions): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Touchline',
        version,
        description: INTRODUCTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: [
        { name: 'scores', description: 'The state of play, merged' },
        { name: 'markets', description: 'Prices of many bookmakers, merged' },
        { name: 'matches', description: 'Matches, their identities and their history' },
        { name: 'events', description: 'Facts that are pushed, and what became of them' },
        { name: 'operations', description: 'Providers, polling and the process itself' },
      ],
      components: {
        securitySchemes: {
          operator: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'A token with scope `operator`; `bun run token --scope operator` prints one.',
          },
          ingest: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'A token with scope `ingest`; `bun run token --scope ingest` prints one.',
          },
          read: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'A token with scope `read`.',
          },
        },
      },
    },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) => String(schema.$id ?? `schema-${index}`),
    },
  });
}
