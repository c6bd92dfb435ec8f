import type { MarketClaim, Quote } from '../../domain/market.ts';
import { americanToDecimal } from '../../domain/odds.ts';
import type { SportId } from '../../domain/sports/index.ts';
import { wireName } from '../wire-text.ts';
import type { Odds, Price } from './wire.ts';

/** Forecasts and averages that the feed lists among the bookmakers: nobody takes a bet at these prices. */
const NOT_BOOKMAKERS: ReadonlySet<string> = new Set(['consensus', 'teamrankings', 'accuscore', 'numberfire']);

/** Keys that other feeds use for the same bookmaker, where they are not the name itself. */
const KNOWN_AS: ReadonlyMap<string, string> = new Map([
  ['caesars', 'williamhill_us'],
  ['caesarssportsbook', 'williamhill_us'],
  ['pointsbet', 'pointsbetus'],
]);

export interface OddsContext {
  readonly sport: SportId;
  readonly inPlay: boolean;
  readonly home: string | undefined;
  readonly away: string | undefined;
}

/** The claims of one bookmaker's block, or why there are none. A market without all its prices is not offered. */
export function claimsOf(odds: Odds, context: OddsContext): readonly MarketClaim[] | string {
  const live = / - live odds$/i.test(odds.provider.name);
  const name = wireName(odds.provider.name.replace(/ - live odds$/i, ''));
  if (name === undefined) return 'wrong_type';
  const key = name
    .toLowerCase()
    .replace(/\(.*?\)/g, '')
    .replace(/[^a-z0-9]+/g, '')
    .slice(0, 64);
  if (key === '') return 'wrong_type';
  if (NOT_BOOKMAKERS.has(key)) return 'not_a_bookmaker';
  // In play the ordinary blocks still hold the last prices from before the start.
  if (context.inPlay !== live) return 'other_phase';
  try {
    const bookmaker = KNOWN_AS.get(key) ?? key;
    return [moneyline(odds, context), spread(odds, context), total(odds)]
      .filter((claim) => claim !== undefined)
      .map((claim) => ({ bookmaker, bookmakerName: name, period: 'match', suspended: false, ...claim }));
  } catch (error) {
    if (error instanceof BadOdds) return 'bad_odds';
    throw error;
  }
}

type Market = Pick<MarketClaim, 'market' | 'line' | 'quotes'>;

class BadOdds extends Error {}

function moneyline(odds: Odds, { sport }: OddsContext): Market | undefined {
  const home = decimal(odds.moneyline?.home?.close?.odds ?? odds.homeTeamOdds?.moneyLine);
  const away = decimal(odds.moneyline?.away?.close?.odds ?? odds.awayTeamOdds?.moneyLine);
  const draw = decimal(odds.moneyline?.draw?.close?.odds ?? odds.drawOdds?.moneyLine);
  const quotes = [
    quote('home', home),
    ...(draw === undefined ? [] : [quote('draw', draw)]),
    quote('away', away),
  ];
  // Without its draw a soccer result is another bet.
  if (sport === 'soccer' && draw === undefined) return undefined;
  return complete(quotes) ? { market: 'h2h', quotes } : undefined;
}

function spread(odds: Odds, context: OddsContext): Market | undefined {
  const home = odds.pointSpread?.home?.close;
  const away = odds.pointSpread?.away?.close;
  const line = lineOf(home?.line) ?? odds.spread ?? favouriteLine(odds.details, context);
  const other = lineOf(away?.line);
  const quotes = [
    quote('home', decimal(home?.odds ?? odds.homeTeamOdds?.spreadOdds)),
    quote('away', decimal(away?.odds ?? odds.awayTeamOdds?.spreadOdds)),
  ];
  if (line === undefined || !complete(quotes)) return undefined;
  if (!isLine(line) || (other !== undefined && other !== -line)) throw new BadOdds();
  return { market: 'spreads', line: line + 0, quotes };
}

function total(odds: Odds): Market | undefined {
  const over = odds.total?.over?.close;
  const under = odds.total?.under?.close;
  const line = lineOf(over?.line) ?? odds.overUnder ?? undefined;
  const other = lineOf(under?.line);
  const quotes = [
    quote('over', decimal(over?.odds ?? odds.overOdds)),
    quote('under', decimal(under?.odds ?? odds.underOdds)),
  ];
  if (line === undefined || !complete(quotes)) return undefined;
  if (!isLine(line) || line <= 0 || (other !== undefined && other !== line)) throw new BadOdds();
  return { market: 'totals', line, quotes };
}

const quote = (outcome: string, price: number | undefined) => ({ outcome, price });
const complete = (quotes: readonly { outcome: string; price: number | undefined }[]): quotes is Quote[] =>
  quotes.every(({ price }) => price !== undefined);

/** Lines come in quarters and stay far below this in every sport we map. */
const isLine = (line: number): boolean => Number.isInteger(line * 4) && Math.abs(line) <= 1_000;

function decimal(price: Price | null | undefined): number | undefined {
  if (price === undefined || price === null) return undefined;
  const text = String(price).trim().toUpperCase();
  if (text === '' || text === 'OFF' || text === '-' || text === '--') return undefined;
  if (text === 'EVEN' || text === 'EV') return 2;
  const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? americanToDecimal(Number(text)) : undefined;
  if (value === undefined) throw new BadOdds();
  return value;
}

/** `-13.5`, `"+13.5"`, `"o237.5"`, `"PK"`. */
function lineOf(line: Price | null | undefined): number | undefined {
  if (line === undefined || line === null) return undefined;
  const text = String(line).trim().toUpperCase();
  if (text === '' || text === 'OFF') return undefined;
  if (text === 'PK' || text === 'EVEN') return 0;
  const [, value] = /^[OU]?([+-]?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (value === undefined) throw new BadOdds();
  return Number(value);
}

/** The home side's line in `PHI -13.5`, where the favourite is named; `CLE -150` is a money line and no handicap. */
function favouriteLine(details: string | null | undefined, { home, away }: OddsContext): number | undefined {
  if (details === undefined || details === null) return undefined;
  if (details.trim().toUpperCase() === 'EVEN') return 0;
  const [, team, text] = /^(\S+) (-\d+(?:\.\d+)?)$/.exec(details.trim()) ?? [];
  const line = Number(text);
  if (team === undefined || home === away || !(Math.abs(line) < 100)) return undefined;
  return team === home ? line : team === away ? -line : undefined;
}
