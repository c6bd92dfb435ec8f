import type { MarketClaim, MarketPeriod, MarketType, OutcomeName, Quote } from '../../domain/market.ts';
import type { EpochMs } from '../../domain/time.ts';
import { wireName } from '../wire-text.ts';
import { decimalPrice, type PriceFormat } from './prices.ts';
import type { Market } from './wire.ts';

interface MarketKind {
  readonly market: MarketType;
  readonly period: MarketPeriod;
}

const inEachPeriod = (key: string, market: MarketType): [string, MarketKind][] => [
  [key, { market, period: 'match' }],
  [`${key}_h1`, { market, period: 'first_half' }],
  [`${key}_h2`, { market, period: 'second_half' }],
];

const KINDS: ReadonlyMap<string, MarketKind> = new Map([
  ...inEachPeriod('h2h', 'h2h'),
  ...inEachPeriod('h2h_3_way', 'h2h'),
  ...inEachPeriod('spreads', 'spreads'),
  ...inEachPeriod('totals', 'totals'),
  ...inEachPeriod('alternate_spreads', 'spreads'),
  ...inEachPeriod('alternate_totals', 'totals'),
  ['outrights', { market: 'outrights', period: 'match' }],
]);

/** What an event's markets have to be read against. */
export interface EventContext {
  /** The teams exactly as the event writes them: its outcomes repeat that. */
  readonly home: string | null | undefined;
  readonly away: string | null | undefined;
  /** A `h2h` without a draw settles otherwise than the sport's own and is left out. */
  readonly needsDraw: boolean;
  readonly format: PriceFormat;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Line {
  readonly line: number | undefined;
  readonly quotes: Quote[];
}

/**
 * What a bookmaker offers in one market: one claim per line. A reason instead when it cannot be used; then all of it is
 * left out, since a market without one of its outcomes would be another market.
 */
export function readMarket(
  market: Market,
  bookmaker: Readonly<{ id: string; name: string }>,
  statedAt: EpochMs | undefined,
  context: EventContext,
): readonly MarketClaim[] | string {
  const kind = KINDS.get(market.key);
  if (kind === undefined) return market.key.includes('_lay') ? 'lay_price' : 'unmapped_market';
  const lines: Line[] = [];
  for (const wire of market.outcomes) {
    const price = decimalPrice(wire.price, context.format);
    if (price === undefined) return 'bad_price';
    const outcome = outcomeName(wire.name, kind.market, context);
    if (outcome === undefined) return 'unknown_outcome';
    const line = hasLine(kind.market) ? lineFromHome(outcome, wire.point) : undefined;
    if (Number.isNaN(line)) return 'bad_line';
    const known = lines.find((other) => other.line === line);
    if (known === undefined) lines.push({ line, quotes: [{ outcome, price }] });
    else if (known.quotes.some((quote) => quote.outcome === outcome)) return 'repeated_outcome';
    else known.quotes.push({ outcome, price });
  }
  if (kind.market === 'h2h' && !isWhole(lines[0]?.quotes ?? [], context)) return 'incomplete_market';
  return lines.map(({ line, quotes }) => {
    const claim: Writable<MarketClaim> = {
      bookmaker: bookmaker.id,
      bookmakerName: bookmaker.name,
      market: kind.market,
      period: kind.period,
      suspended: false,
      quotes,
    };
    if (line !== undefined) claim.line = line;
    if (statedAt !== undefined) claim.statedAt = statedAt;
    return claim;
  });
}

const hasLine = (market: MarketType): boolean => market === 'spreads' || market === 'totals';

function outcomeName(
  name: string,
  market: MarketType,
  { home, away }: EventContext,
): OutcomeName | undefined {
  if (market === 'outrights') return wireName(name);
  if (market === 'totals') return name === 'Over' ? 'over' : name === 'Under' ? 'under' : undefined;
  if (name === home) return 'home';
  if (name === away) return 'away';
  return market === 'h2h' && name === 'Draw' ? 'draw' : undefined;
}

/** The market's line; NaN when the outcome's own is missing or makes no sense. */
function lineFromHome(outcome: OutcomeName, point: number | null | undefined): number {
  if (typeof point !== 'number' || !isLine(point)) return Number.NaN;
  if (outcome !== 'home' && outcome !== 'away' && point < 0) return Number.NaN;
  // Adding 0 makes a 0 of -0, which is another line where lines are compared as text.
  return (outcome === 'away' ? -point : point) + 0;
}

// Lines come in quarters and stay far below this in every sport.
const isLine = (point: number): boolean => Number.isInteger(point * 4) && Math.abs(point) <= 2_000;

function isWhole(quotes: readonly Quote[], { needsDraw }: EventContext): boolean {
  const has = (outcome: OutcomeName) => quotes.some((quote) => quote.outcome === outcome);
  return has('home') && has('away') && (has('draw') || !needsDraw);
}
