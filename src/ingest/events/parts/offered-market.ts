import { type Static, Type } from 'typebox';
import { MARKET_TYPES, type MarketPeriod, type MarketType, type Quote } from '../../../domain/market.ts';
import type { OddsFormat } from '../../../domain/odds.ts';
import type { Complain } from '../define-event-type.ts';
import { marketOf, marketPeriodOf } from './market-words.ts';
import type { NamedMatch } from './match-part.ts';
import { priceOf } from './price.ts';
import { isPlain, textField } from './text-field.ts';

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

/** The fields that tell one market. */
export const marketFields = {
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
export const marketSchema = Type.Object(marketFields);
type MarketData = Static<typeof marketSchema>;

/** A market in the normal form; prices are decimal. */
export interface OfferedMarket {
  readonly market: MarketType;
  readonly period: MarketPeriod;
  readonly line?: number;
  readonly suspended: boolean;
  readonly quotes: readonly Quote[];
}

/** One market as the fields say it, or complaints about them. */
export function offeredMarket(
  data: MarketData,
  match: NamedMatch,
  format: OddsFormat | undefined,
  complain: Complain,
): OfferedMarket {
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
