import { Type } from 'typebox';
import { scoreDocument } from '../../../domain/documents.ts';
import { after, seconds } from '../../../domain/time.ts';
import { makeAnswer } from '../../answer.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { liveMatch, matchNotFound } from '../../match-lookup.ts';

/** `GET /api/scores/:matchId` and `GET /api/scores`. */
export const scoreRoutes: Routes = (app, { deps, cache, send }) => {
  const { live, clock } = deps;

  app.get(
    '/api/scores/:matchId',
    {
      config: { cors: false },
      schema: {
        params: Type.Object({ matchId: Type.String() }),
        querystring: Type.Object({}, { additionalProperties: false }),
        response: problems('VALIDATION_FAILED', 'MATCH_NOT_FOUND'),
      },
    },
    (request, reply) => {
      const address = request.raw.url ?? '';
      const cached = cache.get(address);
      if (cached !== undefined) return send(request, reply, cached);
      const view = liveMatch(live, request.params.matchId);
      if (view === undefined) throw matchNotFound(request.params.matchId);
      const now = clock.now();
      const { epoch, seq } = view.position.scores;
      const answer = makeAnswer(JSON.stringify(scoreDocument(view, now)), {
        etag: `W/"${epoch}-${seq}"`,
        maxAgeSeconds: 1,
      });
      send(request, reply, cache.put(address, { answer, until: after(now, seconds(1)), views: [view] }));
    },
  );
};
