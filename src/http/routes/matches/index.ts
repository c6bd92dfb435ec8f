import { Type } from 'typebox';
import { matchDocument } from '../../../domain/documents.ts';
import { days, parseInstant, seconds } from '../../../domain/time.ts';
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
import { Problem } from '../../problem.ts';
import { matchPlace, viewsInOrder } from '../../views.ts';
import { historyRoute } from './history-route.ts';
import { keptView } from './kept-view.ts';
import { matchListSchema, matchSchema } from './schema.ts';

const HOLDS = seconds(1);
const STANDARD = 50;

/** `GET /api/matches`, `GET /api/matches/:matchId` and its history. */
export const matchRoutes: Routes = (app, context) => {
  const { deps, cachedReads } = context;
  const { live, history } = deps;

  const list = cachedReads('/api/matches');
  app.get(
    '/api/matches',
    {
      config: { fromCache: list.fromCache },
      schema: {
        operationId: 'listMatches',
        tags: ['matches'],
        summary: 'The matches that are live or coming up',
        description: 'In the order of their start. Cached for 1 s.',
        querystring: Type.Object(
          {
            sport: Type.Optional(sportParameter),
            league: Type.Optional(leagueParameter),
            status: Type.Optional(statusParameter),
            date: Type.Optional(
              Type.String({
                pattern: '^\\d{4}-\\d{2}-\\d{2}$',
                description: 'Only matches that start on this day (UTC).',
                examples: ['2026-01-03'],
              }),
            ),
            limit: Type.Optional(limitParameter(STANDARD, 200)),
            cursor: Type.Optional(cursorParameter),
          },
          { additionalProperties: false },
        ),
        response: {
          200: matchListSchema,
          304: { description: 'Unchanged since the `If-None-Match` tag.' },
          ...problems('VALIDATION_FAILED', 'RATE_LIMITED'),
        },
      },
    },
    (request, reply) => {
      list.answer(request, reply, () => {
        const { sport, league, status, date, limit = STANDARD, ...rest } = request.query;
        const ofSport = sportTest(sport);
        const onDay = dayTest(date);
        const ordered = viewsInOrder(
          live,
          ({ match, score }) =>
            ofSport(match.sport) &&
            (league === undefined || match.league === league) &&
            (status === undefined || (score?.status ?? 'scheduled') === status) &&
            onDay(match.startsAt),
        );
        const { items, next } = pageOf(ordered, matchPlace, { limit, ...rest });
        return {
          document: { matches: items.map(matchDocument), nextCursor: next },
          holds: HOLDS,
          views: items,
          link: next === null ? undefined : nextLink('/api/matches', request.query, next),
        };
      });
    },
  );

  const one = cachedReads('/api/matches/:matchId');
  app.get(
    '/api/matches/:matchId',
    {
      config: { fromCache: one.fromCache },
      schema: {
        operationId: 'getMatch',
        tags: ['matches'],
        summary: 'One match, with its id at every provider',
        description: 'Cached for 1 s; matches that are no longer live are answered from what was kept.',
        params: Type.Object({ matchId: matchIdParameter }),
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: matchSchema,
          304: { description: 'Unchanged since the `If-None-Match` tag.' },
          ...problems('VALIDATION_FAILED', 'MATCH_NOT_FOUND', 'URI_TOO_LONG', 'RATE_LIMITED', 'UNAVAILABLE'),
        },
      },
    },
    (request, reply) => {
      const isLive = one.answer(request, reply, () => {
        const view = liveMatch(live, request.params.matchId);
        return view && { document: matchDocument(view), holds: HOLDS, views: [view] };
      });
      if (isLive) return;
      keptView(history, request.params.matchId).then(
        (kept) => reply.header('cache-control', 'public, max-age=1').send(matchDocument(kept)),
        (error: Error) => reply.send(error),
      );
    },
  );

  historyRoute(app, context);
};

/** A test for a day of the calendar in UTC; the pattern lets days through that no month has. */
function dayTest(date: string | undefined): (startsAt: number) => boolean {
  if (date === undefined) return () => true;
  const start = parseInstant(`${date}T00:00:00Z`);
  if (start === undefined || !new Date(start).toISOString().startsWith(date)) {
    throw new Problem('VALIDATION_FAILED', 'date is not a day of the calendar.', {
      errors: [{ in: 'query', field: 'date', message: 'is not a day of the calendar' }],
    });
  }
  return (startsAt) => startsAt >= start && startsAt < start + days(1);
}
