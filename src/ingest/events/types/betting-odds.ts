import { type Static, Type } from 'typebox';
import { type MarketClaim, marketKey } from '../../../domain/market.ts';
import { ODDS_FORMATS, type OddsFormat } from '../../../domain/odds.ts';
import { type Complain, defineEventType } from '../define-event-type.ts';
import { bookmakerKey } from '../parts/market-words.ts';
import { matchFields, type NamedMatch, namedMatch, namingOfMatch, referenceOf } from '../parts/match-part.ts';
import { marketFields, marketSchema, type OfferedMarket, offeredMarket } from '../parts/offered-market.ts';
import { oddsFormatOf } from '../parts/price.ts';
import { statedAt } from '../parts/stated-at.ts';
import { textField } from '../parts/text-field.ts';

const schema = Type.Object({
  ...matchFields,
  bookmaker: Type.Optional(textField(100, 'Whose prices they are; the source itself when absent.')),
  format: Type.Optional(
    Type.Refine(
      Type.String({ maxLength: 40, description: `How prices are written: ${ODDS_FORMATS.join(', ')}.` }),
      (text) => oddsFormatOf(text) !== undefined,
      () => `must be one of ${ODDS_FORMATS.join(', ')}`,
    ),
  ),
  ...marketFields,
  markets: Type.Optional(
    Type.Array(marketSchema, { minItems: 1, maxItems: 200, description: 'Several markets at once.' }),
  ),
});

interface BettingOdds {
  readonly match: NamedMatch;
  readonly bookmaker?: string;
  readonly bookmakerName?: string;
  /** Prices are decimal. */
  readonly markets: readonly OfferedMarket[];
}

/** What a bookmaker offers now. */
export const bettingOdds = defineEventType({
  id: 'betting_odds',
  description:
    'The prices of one bookmaker in one market of a match, or in several. Prices in any format; they are kept as they came and served as decimals. Other markets of the same source stand.',
  schema,
  maps: ['odds'],
  example: {
    matchId: 'rovers-united-0103',
    sport: 'soccer',
    homeTeam: 'Northbridge Rovers',
    awayTeam: 'Eastvale United',
    startsAt: '2026-01-03T15:00:00Z',
    bookmaker: 'Harbour Bets',
    format: 'american',
    market: 'h2h',
    outcomes: [
      { name: 'home', price: -110 },
      { name: 'draw', price: '+240' },
      { name: 'away', price: 310 },
    ],
  },
  normalise: (data, complain): BettingOdds => {
    const match = namedMatch(data, complain);
    const format = data.format === undefined ? undefined : oddsFormatOf(data.format);
    const markets = marketsOf(data, match, format, complain);
    const key = data.bookmaker === undefined ? undefined : bookmakerKey(data.bookmaker);
    if (key === '') complain('/bookmaker', 'needs a letter or digit');
    return {
      match,
      ...(key !== undefined &&
        data.bookmaker !== undefined && { bookmaker: key, bookmakerName: data.bookmaker.trim() }),
      markets,
    };
  },
  namingOf: ({ match }) => namingOfMatch(match),
  statementOf: ({ match, bookmaker, bookmakerName, markets }, told) => {
    const stated = statedAt(told);
    const by = {
      bookmaker: bookmaker ?? bookmakerKey(told.event.source),
      ...(bookmakerName !== undefined && { bookmakerName }),
      ...stated,
    };
    return {
      match: referenceOf(match, told),
      ...stated,
      markets: markets.map((market): MarketClaim => ({ ...by, ...market })),
      partial: true,
    };
  },
});

function marketsOf(
  data: Static<typeof schema>,
  match: NamedMatch,
  format: OddsFormat | undefined,
  complain: Complain,
): OfferedMarket[] {
  if (data.markets === undefined) return [offeredMarket(data, match, format, complain)];
  if (data.outcomes !== undefined || data.odds !== undefined)
    complain('/markets', 'stands beside outcomes or odds: say it one way');
  const keys = new Set<string>();
  return data.markets.map((given, i) => {
    const at = (path: string, message: string) => complain(`/markets/${i}${path}`, message);
    const market = offeredMarket(given, match, format, at);
    const key = marketKey(market);
    if (keys.has(key)) at('', 'comes twice');
    keys.add(key);
    return market;
  });
}
