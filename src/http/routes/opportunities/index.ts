import { Type } from 'typebox';
import { OPPORTUNITY_KINDS } from '../../../aggregation/opportunities.ts';
import { MARKET_TYPES } from '../../../domain/market.ts';
import { fromDecimal, ODDS_FORMATS } from '../../../domain/odds.ts';
import { sportsNamed } from '../../../domain/sports/index.ts';
import { seconds } from '../../../domain/time.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { nextLink, pageOf } from '../../paging.ts';
import { cursorParameter, leagueParameter, limitParameter, oneOf, SPORT_WORDS } from '../../parameters.ts';
import { Problem, quoted } from '../../problem.ts';
import { viewsInOrder } from '../../views.ts';
import { opportunityDocument } from './document.ts';
import { foundIn, placeOf } from './found.ts';
import { opportunityListSchema } from './schema.ts';

/** Prices in play are too old after 5 s: an answer about them holds for a part of that. */
const HOLDS = seconds(1);
const STANDARD = 50;

/** `GET /api/markets/:sport/opportunities`. */
export const opportunityRoutes: Routes = (app, { deps, cachedReads }) => {
  const { live } = deps;

  const list = cachedReads('/api/markets/:sport/opportunities');
  app.get(
    '/api/markets/:sport/opportunities',
    {
      config: { fromCache: list.fromCache },
      schema: {
        operationId: 'listOpportunities',
        tags: ['markets'],
        summary: 'Prices of a sport that pay more than they cost',
        description:
          'Arbitrage and probable price errors, among prices that are active and were seen in the last 5 s in play, 60 s before, in the same market, line and period. None while the store is away: nothing is sure to be current then. Cached for 1 s.',
        params: Type.Object({
          sport: Type.String({
            description: `One of ${SPORT_WORDS.join(', ')}.`,
            examples: ['football'],
          }),
        }),
        querystring: Type.Object(
          {
            league: Type.Optional(leagueParameter),
            market: Type.Optional(oneOf(MARKET_TYPES, 'Only this kind of market.')),
            kind: Type.Optional(oneOf(OPPORTUNITY_KINDS, 'Only this kind of opportunity.')),
            format: Type.Optional(oneOf(ODDS_FORMATS, 'How prices are written; `decimal` when absent.')),
            limit: Type.Optional(limitParameter(STANDARD, 200)),
            cursor: Type.Optional(cursorParameter),
          },
          { additionalProperties: false },
        ),
        response: {
          200: opportunityListSchema,
          304: { description: 'Unchanged since the `If-None-Match` tag.' },
          ...problems('VALIDATION_FAILED', 'SPORT_NOT_FOUND', 'URI_TOO_LONG', 'RATE_LIMITED'),
        },
      },
    },
    (request, reply) => {
      list.answer(request, reply, (now) => {
        const { sport } = request.params;
        const sports: readonly string[] | undefined = sportsNamed(sport);
        if (sports === undefined)
          throw new Problem('SPORT_NOT_FOUND', `${quoted(sport)} is none of ${SPORT_WORDS.join(', ')}.`);
        const { league, format = 'decimal', limit = STANDARD, cursor } = request.query;
        const isCurrent = live.health().status === 'ok';
        const views = viewsInOrder(
          live,
          ({ match, markets }) =>
            isCurrent &&
            markets.length > 0 &&
            sports.includes(match.sport) &&
            (league === undefined || match.league === league),
        );
        const { items, next } = pageOf(foundIn(views, request.query, now), placeOf, {
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        });
        const write = (decimal: number) => (format === 'decimal' ? decimal : fromDecimal(format, decimal));
        return {
          document: {
            sport,
            league: league ?? null,
            opportunities: items.map((found) => opportunityDocument(found, write, now)),
            nextCursor: next,
          },
          holds: HOLDS,
          views: [...new Set(items.map(({ view }) => view))],
          link:
            next === null ? undefined : nextLink(`/api/markets/${sport}/opportunities`, request.query, next),
        };
      });
    },
  );
};
