import type { Statement } from '../../domain/observation.ts';
import type { Drop } from './catalogue.ts';
import type { KnownMarket } from './known-market.ts';
import { type MarketPrices, type PricedMarket, statementOf } from './offers.ts';
import { backPrice, isListedBook, type ListedBook } from './wire.ts';

/** Reads the results of `listMarketBook`: one statement an event. Markets that `describe` cannot name are left out. */
export function readBooks(
  elements: readonly unknown[],
  describe: (marketId: string) => KnownMarket | undefined,
  where: string,
  drop: Drop,
): Statement[] {
  const found = new Map<string, { readonly where: string; readonly priced: PricedMarket }>();
  for (const [index, element] of elements.entries()) {
    const place = `${where}[${index}]`;
    const market = isListedBook(element) ? describe(element.marketId) : undefined;
    if (!isListedBook(element) || !market) {
      drop(place, isListedBook(element) ? 'unknown_market' : 'wrong_type');
      continue;
    }
    const before = found.get(market.marketId);
    if (before) drop(before.where, 'repeated_id');
    found.set(market.marketId, { where: place, priced: { market, prices: pricesOf(element) } });
  }
  const byEvent = new Map<string, [PricedMarket, ...PricedMarket[]]>();
  for (const { priced } of found.values()) {
    const event = priced.market.match.externalId;
    const others = byEvent.get(event);
    if (others) others.push(priced);
    else byEvent.set(event, [priced]);
  }
  return [...byEvent.values()].map((markets) => statementOf(markets, true));
}

function pricesOf({ status, runners }: ListedBook): MarketPrices {
  return {
    status,
    // Nothing in it tells when these prices were made.
    statedAt: undefined,
    runner: (selectionId) => {
      const runner = runners.find((one) => one.selectionId === selectionId);
      const best = runner?.ex?.availableToBack?.[0];
      return (
        runner && {
          active: runner.status === 'ACTIVE',
          back: backPrice(best?.price, best?.size),
          lastBack: undefined,
        }
      );
    },
  };
}
