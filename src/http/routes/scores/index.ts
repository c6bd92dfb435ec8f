import { Type } from 'typebox';
import { scoreDocument } from '../../../domain/documents.ts';
import { seconds } from '../../../domain/time.ts';
import type { MatchView } from '../../../domain/view.ts';
import { digest } from '../../cached-read.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { liveMatch } from '../../match-lookup.ts';
import { nextLink, pageOf } from '../../paging.ts';
import {
  cursorParameter,
  leagueParameter,
  limitParameter,
  matchIdParameter,
  sportParameter,
  sportTest,
  statusParameter,
} from '../../parameters.ts';
import { matchPlace, shownScore, viewsInOrder } from '../../views.ts';
import { keptView } from '../matches/kept-view.ts';
import { scoreListSchema, scoreSchema } from './schema.ts';

const HOLDS = seconds(1);
const STANDARD = 50;

/** `GET /api/scores/:matchId` and `GET /api/scores`. */
export const scoreRoutes: Routes = (app, { deps, cachedReads }) => {
  const { live, history, clock } = deps;

  const one = cachedReads('/api/scores/:matchId');
  app.get(
    '/api/scores/:matchId',
    {
      config: { fromCache: one.fromCache },
      schema: {
        operationId: 'getScore',
        tags: ['scores'],
        summary: 'The score of one match',
        description:
          'What all sources together say about the state of play. Cached for 1 s; a match that is over and no longer live is answered with the last score kept.',
        params: Type.Object({ matchId: matchIdParameter }),
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: scoreSchema,
          304: { description: 'Unchanged since the `If-None-Match` tag.' },
          ...problems('VALIDATION_FAILED', 'MATCH_NOT_FOUND', 'URI_TOO_LONG', 'RATE_LIMITED', 'UNAVAILABLE'),
        },
      },
    },
    (request, reply) => {
      const isLive = one.answer(request, reply, (now) => {
        const view = liveMatch(live, request.params.matchId);
        if (view === undefined) return undefined;
        const current = shownScore(live, view);
        return {
          document: scoreDocument(current, now),
          version: versionOf(current),
          holds: HOLDS,
          views: [view],
        };
      });
      if (isLive) return;
      keptView(history, request.params.matchId).then(
        (kept) => reply.header('cache-control', 'public, max-age=1').send(scoreDocument(kept, clock.now())),
        (error: Error) => reply.send(error),
      );
    },
  );

  const list = cachedReads('/api/scores');
  app.get(
    '/api/scores',
    {
      config: { fromCache: list.fromCache },
      schema: {
        operationId: 'listScores',
        tags: ['scores'],
        summary: 'The scores of many matches',
        description: 'Live matches in the order of their start. Cached for 1 s.',
        querystring: Type.Object(
          {
            sport: Type.Optional(sportParameter),
            league: Type.Optional(leagueParameter),
            status: Type.Optional(statusParameter),
            limit: Type.Optional(limitParameter(STANDARD, 200)),
            cursor: Type.Optional(cursorParameter),
          },
          { additionalProperties: false },
        ),
        response: {
          200: scoreListSchema,
          304: { description: 'Unchanged since the `If-None-Match` tag.' },
          ...problems('VALIDATION_FAILED', 'RATE_LIMITED'),
        },
      },
    },
    (request, reply) => {
      list.answer(request, reply, (now) => {
        const { sport, league, status, limit = STANDARD, ...rest } = request.query;
        const ofSport = sportTest(sport);
        const ordered = viewsInOrder(
          live,
          ({ match, score }) =>
            ofSport(match.sport) &&
            (league === undefined || match.league === league) &&
            (status === undefined || (score?.status ?? 'scheduled') === status),
        );
        const { items, next } = pageOf(ordered, matchPlace, { limit, ...rest });
        const views = items.map((view) => shownScore(live, view));
        return {
          document: { scores: views.map((view) => scoreDocument(view, now)), nextCursor: next },
          // Ages change by themselves: a list is another one when a position in it is.
          version: digest(`${views.map((view) => `${view.id}:${versionOf(view)}`).join()} ${next}`),
          holds: HOLDS,
          views: items,
          link: next === null ? undefined : nextLink('/api/scores', request.query, next),
        };
      });
    },
  );
};

// A position names one state of a view, but for the mark that a store is away, which no message carries.
function versionOf({ position, score }: MatchView): string {
  const { epoch, seq } = position.scores;
  return `${epoch}-${seq}${score?.stale === 'store_unavailable' ? '-away' : ''}`;
}
