import { type Static, Type } from 'typebox';
import {
  MARKET_TYPES,
  type MarketClaim,
  type MarketPeriod,
  type MarketType,
  marketKey,
  type Quote,
} from '../../../domain/market.ts';
import { ODDS_FORMATS, type OddsFormat } from '../../../domain/odds.ts';
import { type Complain, defineEventType } from '../define-event-type.ts';
import { bookmakerKey, marketOf, marketPeriodOf } from '../parts/market-words.ts';
import { matchFields, type NamedMatch, namedMatch, namingOfMatch, referenceOf } from '../parts/match-part.ts';
import { oddsFormatOf, priceOf } from '../parts/price.ts';
import { statedAt } from '../parts/stated-at.ts';
import { isPlain, textField } from '../parts/text-field.ts';

const priceField = Type.Refine(
  Type.Unsafe<string | number>({
    type: ['string', 'number'],
    maxLength: 20,
    description:
      'In `format`; decimal when none is said, except `"5/2"`, `"EVS"`, `"+150"` and `"-110"` as text.',
  }),
  (price) => typeof price === 'number' || isPlain(price),
  () => 'must be a number, or a price as text',
);
const lineField = Type.Number({ minimum: -10_000, maximum: 10_000 });

const marketFields = {
  market: Type.Optional(
    Type.Refine(
      Type.String({ maxLength: 40, description: `${MARKET_TYPES.join(', ')}; \`h2h\` when absent.` }),
      (text) => marketOf(text) !== undefined,
      () => `must be one of ${MARKET_TYPES.join(', ')}`,
    ),
  ),
  marketPeriod: Type.Optional(
    Type.Refine(
      Type.String({ maxLength: 40, description: '`match` (when absent), `first_half` or `second_half`.' }),
      (text) => marketPeriodOf(text) !== undefined,
      () => 'must be one of match, first_half, second_half',
    ),
  ),
  line: Type.Optional(
    Type.Union([lineField, Type.Null()], {
      description: 'Handicap of the home side, or total points; needed for `spreads` and `totals`.',
    }),
  ),
  suspended: Type.Optional(Type.Boolean({ description: 'No bets are taken at the moment.' })),
  outcomes: Type.Optional(
    Type.Array(
      Type.Object({
        name: textField(
          100,
          '`home`, `draw`, `away`, `over`, `under`, the name of a team, or of a participant.',
        ),
        price: priceField,
        line: Type.Optional(lineField),
      }),
      { maxItems: 500 },
    ),
  ),
  odds: Type.Optional(
    Type.Record(Type.String({ maxLength: 100 }), priceField, {
      description: 'The same as `outcomes`, in short: `{"home":2.1,"draw":3.4,"away":3.6}`.',
    }),
  ),
};
const marketSchema = Type.Object(marketFields);
type MarketData = Static<typeof marketSchema>;

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

interface Market {
  readonly market: MarketType;
  readonly period: MarketPeriod;
  readonly line?: number;
  readonly suspended: boolean;
  readonly quotes: readonly Quote[];
}

interface BettingOdds {
  readonly match: NamedMatch;
  readonly bookmaker?: string;
  readonly bookmakerName?: string;
  /** Prices are decimal. */
  readonly markets: readonly Market[];
}

/** What a bookmaker offers now. */
export const bettingOdds = defineEventType({
  id: 'betting_odds',
  description:
    'The prices of one bookmaker in one market of a match, or in several. Prices in any format; they are kept as they came and served as decimals. Other markets of the same source stand.',
  schema,
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
): Market[] {
  if (data.markets === undefined) return [marketFrom(data, match, format, complain)];
  if (data.outcomes !== undefined || data.odds !== undefined)
    complain('/markets', 'stands beside outcomes or odds: say it one way');
  const keys = new Set<string>();
  return data.markets.map((given, i) => {
    const at = (path: string, message: string) => complain(`/markets/${i}${path}`, message);
    const market = marketFrom(given, match, format, at);
    const key = marketKey(market);
    if (keys.has(key)) at('', 'comes twice');
    keys.add(key);
    return market;
  });
}

function marketFrom(
  data: MarketData,
  match: NamedMatch,
  format: OddsFormat | undefined,
  complain: Complain,
): Market {
  const market = marketOf(data.market ?? 'h2h') ?? 'h2h';
  const given = offersIn(data, complain);
  const suspended = data.suspended ?? false;
  if (given.length === 0 && !suspended) complain('/outcomes', 'is missing: an open market has prices');
  const quotes: Quote[] = [];
  const lines: number[] = data.line === undefined || data.line === null ? [] : [data.line];
  for (const { path, name, price, line } of given) {
    const outcome = outcomeOf(market, name, match);
    const decimal = priceOf(price, format);
    if (decimal === undefined)
      complain(`${path}/price`, `is no ${format ?? 'decimal'} price${format ? '' : '; say its format'}`);
    if (outcome === undefined) complain(`${path}/name`, `is no outcome of ${market}`);
    if (outcome === undefined || decimal === undefined) continue;
    if (quotes.some((quote) => quote.outcome === outcome)) complain(`${path}/name`, 'comes twice');
    // A handicap is told from the home side; the away side's own is its mirror image.
    if (line !== undefined) lines.push(market === 'spreads' && outcome === 'away' ? 0 - line : line);
    quotes.push({ outcome, price: decimal });
  }
  const line = lineOf(market, lines, complain);
  const period = marketPeriodOf(data.marketPeriod ?? 'match') ?? 'match';
  return { market, period, ...(line !== undefined && { line }), suspended, quotes };
}

function lineOf(market: MarketType, lines: readonly number[], complain: Complain): number | undefined {
  const [first] = lines;
  if (market !== 'spreads' && market !== 'totals') return undefined;
  if (first === undefined) complain('/line', `is missing: ${market} have one`);
  else if (lines.some((line) => line !== first)) complain('/line', 'differs between the outcomes');
  // Not -0, which would be another market than 0.
  return first === undefined ? undefined : first || 0;
}

interface Offer {
  readonly path: string;
  readonly name: string;
  readonly price: number | string;
  readonly line?: number;
}

function offersIn({ outcomes, odds }: MarketData, complain: Complain): Offer[] {
  if (outcomes !== undefined && odds !== undefined)
    complain('/odds', 'stands beside outcomes: say it one way');
  if (outcomes !== undefined) return outcomes.map((outcome, i) => ({ path: `/outcomes/${i}`, ...outcome }));
  return Object.entries(odds ?? {}).map(([name, price]) => ({ path: `/odds/${name}`, name, price }));
}

const SIDES: ReadonlyMap<string, string> = new Map([
  ['home', 'home'],
  ['1', 'home'],
  ['draw', 'draw'],
  ['x', 'draw'],
  ['tie', 'draw'],
  ['away', 'away'],
  ['2', 'away'],
]);
const TOTALS: ReadonlySet<string> = new Set(['over', 'under']);

function outcomeOf(market: MarketType, name: string, { home, away }: NamedMatch): string | undefined {
  const word = name.trim().toLowerCase();
  if (market === 'outrights') return name.trim();
  if (market === 'totals') return TOTALS.has(word) ? word : undefined;
  const side =
    word === home?.name.toLowerCase() ? 'home' : word === away?.name.toLowerCase() ? 'away' : SIDES.get(word);
  return market === 'spreads' && side === 'draw' ? undefined : side;
}
