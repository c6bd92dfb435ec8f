import { Type } from 'typebox';
import { OPPORTUNITY_KINDS } from '../../../aggregation/opportunities.ts';
import { MARKET_TYPES } from '../../../domain/market.ts';
import { oneOf } from '../../parameters.ts';
import { nullable, timeField } from '../../schema-parts.ts';

const price = Type.Union([Type.Number(), Type.String()], {
  description: 'In the `format` asked for; decimal odds include the stake.',
});

const leg = Type.Object({
  outcome: Type.String({
    description: '`home`, `draw`, `away`, `over`, `under`; for outrights the participant.',
  }),
  price,
  fairPrice: nullable(
    Type.Union([Type.Number(), Type.String()], { description: 'By the consensus of the other bookmakers.' }),
  ),
  bookmaker: Type.String(),
  provider: Type.String({ description: 'Who told us.' }),
  at: timeField('When it was last seen.'),
  ageMs: Type.Integer({ minimum: 0 }),
  stake: nullable(
    Type.Number({ description: 'Share of the stakes with which every outcome pays the same.' }),
  ),
});

const opportunity = Type.Object({
  kind: oneOf(OPPORTUNITY_KINDS, '`probable_price_error`: a bookmaker will likely cancel bets at it.'),
  reason: oneOf(
    ['best_prices', 'too_good', 'one_book', 'off_consensus'],
    'The best prices pay more than they cost; by more than 3 %; from one bookmaker; one bookmaker is 15 % off the others.',
  ),
  marketId: Type.String(),
  matchId: Type.String(),
  homeTeam: Type.String(),
  awayTeam: Type.String(),
  startsAt: timeField('Scheduled start of the match.'),
  market: oneOf(MARKET_TYPES, 'Kind of market.'),
  period: oneOf(['match', 'first_half', 'second_half'], 'The part of the match that settles it.'),
  line: nullable(Type.Number({ description: 'Handicap of the home side, or total points.' })),
  inverseSum: nullable(
    Type.Number({ description: 'Sum of the inverse prices of the legs, when they cover the market.' }),
  ),
  return: nullable(Type.Number({ description: 'Gain on the stakes, 0.01 for one per cent.' })),
  legs: Type.Array(leg),
});

const at = '2026-01-03T14:58:20.000Z';
const shared = { fairPrice: null, provider: 'the-odds-api', at, ageMs: 1_200 };

export const opportunityListSchema = Type.Object(
  {
    sport: Type.String(),
    league: nullable(Type.String()),
    opportunities: Type.Array(opportunity),
    nextCursor: nullable(Type.String()),
  },
  {
    examples: [
      {
        sport: 'football',
        league: 'nfl',
        opportunities: [
          {
            kind: 'arbitrage',
            reason: 'best_prices',
            marketId: 'm-7yh2aa:h2h',
            matchId: 'm-7yh2aa',
            homeTeam: 'Harbor City Gulls',
            awayTeam: 'Mesa Miners',
            startsAt: '2026-01-03T18:00:00.000Z',
            market: 'h2h',
            period: 'match',
            line: null,
            inverseSum: 0.9877,
            return: 0.0125,
            legs: [
              { outcome: 'home', price: 2.05, bookmaker: 'draftkings', stake: 0.4939, ...shared },
              { outcome: 'away', price: 2, bookmaker: 'fanduel', stake: 0.5061, ...shared },
            ],
          },
        ],
        nextCursor: null,
      },
    ],
  },
);
