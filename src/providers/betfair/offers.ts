import type { MarketClaim, Quote } from '../../domain/market.ts';
import type { Statement } from '../../domain/observation.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { KnownMarket } from './known-market.ts';

/** What one selection can be backed at. */
export interface RunnerPrice {
  readonly active: boolean;
  /** The best price on offer now. */
  readonly back: number | undefined;
  /** The last one there was. */
  readonly lastBack: number | undefined;
}

/** A market's state, from the stream or from a poll. */
export interface MarketPrices {
  /** `OPEN`, `SUSPENDED`, `CLOSED`, `INACTIVE` */
  readonly status: string;
  readonly statedAt: EpochMs | undefined;
  runner(selectionId: number): RunnerPrice | undefined;
}

/** A market together with its state. */
export interface PricedMarket {
  readonly market: KnownMarket;
  readonly prices: MarketPrices;
}

/**
 * What the exchange offers on one event: all its markets that are open or suspended. `isCurrent` is false while they
 * say that their own prices are out of date.
 */
export function statementOf(
  markets: readonly [PricedMarket, ...PricedMarket[]],
  isCurrent: boolean,
): Statement {
  const [first] = markets;
  const { match } = (markets.find(({ market }) => market.market === 'h2h') ?? first).market;
  const claims = markets.flatMap((priced) => claimOf(priced, isCurrent) ?? []);
  const times = markets.flatMap(({ prices }) => prices.statedAt ?? []);
  const statedAt = times.length > 0 ? (Math.max(...times) as EpochMs) : undefined;
  return { match, ...(statedAt !== undefined && { statedAt }), markets: claims };
}

/**
 * The exchange's offer in one market: the best prices to back at. Open only when every outcome can be backed; else it
 * is suspended, at the last prices there were, since without one of its outcomes it would be another market.
 */
function claimOf({ market, prices }: PricedMarket, isCurrent: boolean): MarketClaim | undefined {
  if (prices.status !== 'OPEN' && prices.status !== 'SUSPENDED') return undefined;
  const quotes: Quote[] = [];
  let isOpen = prices.status === 'OPEN' && isCurrent;
  for (const [selectionId, outcome] of market.outcomes) {
    const runner = prices.runner(selectionId);
    const price = runner?.active ? (runner.back ?? runner.lastBack) : undefined;
    if (price === undefined) return undefined;
    if (runner?.back === undefined) isOpen = false;
    quotes.push({ outcome, price });
  }
  return {
    bookmaker: 'betfair_ex',
    bookmakerName: 'Betfair Exchange',
    market: market.market,
    period: 'match',
    ...(market.line !== undefined && { line: market.line }),
    suspended: !isOpen,
    ...(prices.statedAt !== undefined && { statedAt: prices.statedAt }),
    quotes,
  };
}
