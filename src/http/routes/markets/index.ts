import { Type } from 'typebox';
import { marketDocument, type PriceWriter } from '../../../domain/documents.ts';
import { MARKET_TYPES } from '../../../domain/market.ts';
import { fromDecimal, ODDS_FORMATS, type OddsFormat } from '../../../domain/odds.ts';
import { sportsNamed } from '../../../domain/sports/index.ts';
import { isInPlay } from '../../../domain/status.ts';
import { epochMs, iso, seconds } from '../../../domain/time.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';
import { nextLink, pageOf } from '../../paging.ts';
import { cursorParameter, leagueParameter, limitParameter, oneOf, SPORT_WORDS } from '../../parameters.ts';
import { Problem, quoted } from '../../problem.ts';
import { shownMarket, viewsInOrder } from '../../views.ts';
import { marketTest, offersOf, placeOf } from './offers.ts';
import { marketListSchema } from './schema.ts';

const HOLDS_IN_PLAY = seconds(1);
const HOLDS_BEFORE = seconds(30);
const STANDARD = 50;

/** `GET /api/markets/:sport`. */
export const marketRoutes: Routes = (app, { deps, cachedReads }) => {
  const { live } = deps;

  const list = cachedReads('/api/markets/:sport');
  app.get(
    '/api/markets/:sport',
    {
      config: { fromCache: list.fromCache },
      schema: {
        operationId: 'listMarkets',
        tags: ['markets'],
        summary: 'The markets of a sport',
        description:
          'Every outcome with its best price, its fair probability and all quotes, in the order of the start of the matches. Cached for 30 s before the start and 1 s in play, never beyond a change.',
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
            format: Type.Optional(oneOf(ODDS_FORMATS, 'How prices are written; `decimal` when absent.')),
            minConfidence: Type.Optional(
              Type.Number({
                minimum: 0,
                maximum: 1,
                description: 'Leave out markets with less confidence, 0 to 1.',
              }),
            ),
            maxAge: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: 86_400,
                description: 'Leave out markets without a quote seen in the last so many seconds.',
              }),
            ),
            limit: Type.Optional(limitParameter(STANDARD, 200)),
            cursor: Type.Optional(cursorParameter),
          },
          { additionalProperties: false },
        ),
        response: {
          200: marketListSchema,
          304: { description: 'Unchanged since the `If-None-Match` tag.' },
          ...problems('VALIDATION_FAILED', 'SPORT_NOT_FOUND', 'URI_TOO_LONG', 'RATE_LIMITED'),
        },
      },
    },
    (request, reply) => {
      list.answer(request, reply, (now) => {
        const { sport } = request.params;
        const sports: readonly string[] | undefined = sportsNamed(sport);
        if (sports === undefined) throw sportNotFound(sport);
        const { league, format = 'decimal', limit = STANDARD, cursor } = request.query;
        const views = viewsInOrder(
          live,
          ({ match, markets }) =>
            markets.length > 0 &&
            sports.includes(match.sport) &&
            (league === undefined || match.league === league),
        );
        const { items, next } = pageOf(offersOf(views, marketTest(request.query, now)), placeOf, {
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        });
        const ofPage = [...new Set(items.map(({ view }) => view))];
        const inPlay = ofPage.some(({ score }) => score !== null && isInPlay(score.status));
        const changed = items.map(({ market }) => market.lastChangedAt);
        return {
          document: {
            sport,
            league: league ?? null,
            updatedAt: changed.length === 0 ? null : iso(epochMs(Math.max(...changed))),
            markets: items.map(({ view, market }) =>
              marketDocument(view, shownMarket(live, market), priceWriter(format)),
            ),
            nextCursor: next,
          },
          // An empty page may fill at any moment, and what is left out by age changes by itself.
          holds:
            inPlay || ofPage.length === 0 || request.query.maxAge !== undefined
              ? HOLDS_IN_PLAY
              : HOLDS_BEFORE,
          views: ofPage,
          link: next === null ? undefined : nextLink(`/api/markets/${sport}`, request.query, next),
        };
      });
    },
  );
};

// Decimal prices go out as they are in the messages, unrounded.
const priceWriter = (format: OddsFormat): PriceWriter | undefined =>
  format === 'decimal' ? undefined : (decimal) => fromDecimal(format, decimal);

const sportNotFound = (word: string): Problem =>
  new Problem('SPORT_NOT_FOUND', `${quoted(word)} is none of ${SPORT_WORDS.join(', ')}.`);
