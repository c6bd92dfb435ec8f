import type { MarketClaim, MarketPeriod, MarketType, OutcomeName, Quote } from '../../domain/market.ts';
import { toDecimal } from '../../domain/odds.ts';
import type { Bet, BetValue } from './wire.ts';

/** How the two kinds of odds write a bet: the line inside `value`, or beside it with a side's own sign. */
export type Spelling = 'prematch' | 'live';

interface Kind {
  readonly market: MarketType;
  readonly period: MarketPeriod;
}

const kind = (market: MarketType, period: MarketPeriod): Kind => ({ market, period });

// By name: the ids of the two kinds of odds are not the same. `Home/Away` is a bet without the draw, and no h2h.
const KINDS: Readonly<Record<Spelling, ReadonlyMap<string, Kind>>> = {
  prematch: new Map([
    ['match winner', kind('h2h', 'match')],
    ['first half winner', kind('h2h', 'first_half')],
    ['second half winner', kind('h2h', 'second_half')],
    ['goals over/under', kind('totals', 'match')],
    ['goals over/under first half', kind('totals', 'first_half')],
    ['goals over/under - second half', kind('totals', 'second_half')],
    ['asian handicap', kind('spreads', 'match')],
    ['asian handicap first half', kind('spreads', 'first_half')],
  ]),
  live: new Map([
    ['fulltime result', kind('h2h', 'match')],
    ['1x2 (1st half)', kind('h2h', 'first_half')],
    ['match goals', kind('totals', 'match')],
    ['over/under line', kind('totals', 'match')],
    ['over/under line (1st half)', kind('totals', 'first_half')],
    ['asian handicap', kind('spreads', 'match')],
    ['asian handicap (1st half)', kind('spreads', 'first_half')],
  ]),
};

/** One market of a bet, without who offers it. */
export type Offer = Pick<MarketClaim, 'market' | 'period' | 'line' | 'suspended' | 'quotes'>;

interface Selection extends Quote {
  readonly line: number | undefined;
  readonly main: boolean;
  readonly suspended: boolean;
}

/**
 * The markets of a bet, one per line. `refuse` is called with the reason for each part that cannot be used; a line is
 * used only with all its outcomes.
 */
export function readBet(bet: Bet, spelling: Spelling, refuse: (why: string) => void): readonly Offer[] {
  const known = KINDS[spelling].get(bet.name.trim().toLowerCase());
  if (known === undefined) {
    refuse('unmapped_market');
    return [];
  }
  const selections: Selection[] = [];
  for (const value of bet.values) {
    const selection = readSelection(value, known.market, spelling);
    if (typeof selection === 'string') refuse(selection);
    else selections.push(selection);
  }
  const withMain = selections.some(({ main }) => main);
  const offers: Offer[] = [];
  for (const [line, group] of byLine(selections)) {
    const why = withMain && !group.some(({ main }) => main) ? 'not_main_line' : faultIn(group, known.market);
    if (why !== undefined) {
      refuse(why);
      continue;
    }
    offers.push({
      ...known,
      ...(line !== undefined && { line }),
      suspended: group.some(({ suspended }) => suspended),
      quotes: once(group),
    });
  }
  return offers;
}

function readSelection(value: BetValue, market: MarketType, spelling: Spelling): Selection | string {
  const price = toDecimal('decimal', value.odd);
  if (price === undefined) return 'bad_price';
  const [word = '', inside] = String(value.value).trim().split(/\s+/);
  const outcome = OUTCOMES.get(word.toLowerCase());
  if (outcome === undefined || !WHOLE[market].includes(outcome)) return 'unknown_outcome';
  const rest = { outcome, price, main: value.main === true, suspended: value.suspended === true };
  if (market === 'h2h') return { ...rest, line: undefined };
  const line = readLine(spelling === 'live' ? value.handicap : inside);
  if (line === undefined || (market === 'totals' && line < 0)) return 'bad_line';
  // Before the match both sides carry the home side's line; in play each its own.
  return { ...rest, line: spelling === 'live' && outcome === 'away' ? mirrored(line) : line };
}

const OUTCOMES: ReadonlyMap<string, OutcomeName> = new Map(
  ['home', 'draw', 'away', 'over', 'under'].map((name) => [name, name]),
);

const WHOLE: Readonly<Record<MarketType, readonly OutcomeName[]>> = {
  h2h: ['home', 'draw', 'away'],
  spreads: ['home', 'away'],
  totals: ['over', 'under'],
  outrights: [],
};

function readLine(written: string | number | null | undefined): number | undefined {
  const text = String(written ?? '').trim();
  if (!/^[+-]?\d{1,2}(\.\d{1,2})?$/.test(text)) return undefined;
  const line = Number(text);
  return Number.isInteger(line * 4) ? line + 0 : undefined;
}

// 0 - 0 is 0, where -0 would be another line.
const mirrored = (line: number): number => 0 - line;

function byLine(selections: readonly Selection[]): ReadonlyMap<number | undefined, readonly Selection[]> {
  const lines = new Map<number | undefined, Selection[]>();
  for (const selection of selections) {
    const group = lines.get(selection.line);
    if (group === undefined) lines.set(selection.line, [selection]);
    else group.push(selection);
  }
  return lines;
}

/**
 * In play quarter lines may be shown rounded: then one line stands there several times at different prices, and which
 * of them it truly is, is not told, of the main one neither.
 */
function faultIn(
  group: readonly Selection[],
  market: MarketType,
): 'ambiguous_line' | 'incomplete_market' | undefined {
  for (const outcome of WHOLE[market]) {
    const prices = new Set(group.filter((one) => one.outcome === outcome).map(({ price }) => price));
    if (prices.size === 0) return 'incomplete_market';
    if (prices.size > 1) return 'ambiguous_line';
  }
  return undefined;
}

const once = (group: readonly Selection[]): readonly Quote[] => [
  ...new Map(group.map(({ outcome, price }) => [outcome, { outcome, price }])).values(),
];
