import { Type } from 'typebox';
import { MARKET_TYPES } from '../../../domain/market.ts';
import { oneOf } from '../../parameters.ts';
import { nullable, timeField } from '../../schema-parts.ts';

const quote = Type.Object({
  price: Type.Union([Type.Number(), Type.String()], {
    description: 'In the `format` asked for; decimal odds include the stake.',
  }),
  bookmaker: Type.String(),
  provider: Type.String({ description: 'Who told us.' }),
  at: timeField('When it was last seen.'),
  suspended: Type.Optional(
    Type.Boolean({ description: 'True while the bookmaker takes no bets at it; absent otherwise.' }),
  ),
});

/** The market document (`domain/documents.ts`). */
const marketSchema = Type.Object({
  marketId: Type.String(),
  matchId: Type.String(),
  homeTeam: Type.String(),
  awayTeam: Type.String(),
  startsAt: timeField('Scheduled start of the match.'),
  market: oneOf(MARKET_TYPES, 'Kind of market.'),
  period: oneOf(['match', 'first_half', 'second_half'], 'The part of the match that settles it.'),
  line: nullable(Type.Number({ description: 'Handicap of the home side, or total points.' })),
  status: oneOf(['open', 'suspended'], 'Whether anybody takes bets on it.'),
  outcomes: Type.Array(
    Type.Object({
      name: Type.String({
        description: '`home`, `draw`, `away`, `over`, `under`; for outrights the participant.',
      }),
      best: nullable(quote),
      fairProbability: nullable(Type.Number({ description: 'With the margin of the bookmakers taken out.' })),
      quotes: Type.Array(quote),
    }),
  ),
  overround: nullable(
    Type.Number({
      description: 'Sum of the inverse best prices less 1; below 0 the market can be arbitraged.',
    }),
  ),
  confidence: Type.Number({
    minimum: 0,
    maximum: 1,
    description: "Probability that the fair odds are within 8 % of the rest of the market's.",
  }),
  basis: Type.Optional(
    Type.Object(
      {
        method: Type.String({ description: 'How the margins of the bookmakers were taken out.' }),
        books: Type.Integer({ minimum: 1, description: 'Bookmakers that counted.' }),
        leftOut: Type.Integer({ minimum: 0, description: 'Bookmakers too far from the others.' }),
        dispersion: Type.Number({
          minimum: 0,
          description: "Standard deviation of the bookmakers' log-odds; 0 when they agree.",
        }),
      },
      { description: 'What the fair probabilities rest on; absent when there are none.' },
    ),
  ),
  lastChangedAt: timeField('When something in it last changed.'),
  returnedAt: Type.Optional(timeField('When bets were last taken again after a suspension.')),
  stale: Type.Boolean({ description: 'True: do not act on it.' }),
  staleReason: nullable(oneOf(['sources_silent', 'kickoff_unconfirmed', 'store_unavailable'], 'Why.')),
});

const at = '2026-01-03T14:58:20.000Z';

export const marketListSchema = Type.Object(
  {
    sport: Type.String(),
    league: nullable(Type.String()),
    updatedAt: nullable(timeField('When one of these markets last changed.')),
    markets: Type.Array(marketSchema),
    nextCursor: nullable(Type.String()),
  },
  {
    examples: [
      {
        sport: 'football',
        league: 'nfl',
        updatedAt: at,
        markets: [
          {
            marketId: 'm-7yh2aa:h2h',
            matchId: 'm-7yh2aa',
            homeTeam: 'Harbor City Gulls',
            awayTeam: 'Mesa Miners',
            startsAt: '2026-01-03T18:00:00.000Z',
            market: 'h2h',
            period: 'match',
            line: null,
            status: 'open',
            outcomes: [
              {
                name: 'home',
                best: { price: 1.91, bookmaker: 'draftkings', provider: 'the-odds-api', at },
                fairProbability: 0.51,
                quotes: [{ price: 1.91, bookmaker: 'draftkings', provider: 'the-odds-api', at }],
              },
              {
                name: 'away',
                best: { price: 1.99, bookmaker: 'fanduel', provider: 'the-odds-api', at },
                fairProbability: 0.49,
                quotes: [{ price: 1.99, bookmaker: 'fanduel', provider: 'the-odds-api', at }],
              },
            ],
            overround: 0.026,
            confidence: 0.93,
            basis: { method: 'additive', books: 4, leftOut: 0, dispersion: 0.0121 },
            lastChangedAt: at,
            stale: false,
            staleReason: null,
          },
        ],
        nextCursor: null,
      },
    ],
  },
);
