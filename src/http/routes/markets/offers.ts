import type { MarketType } from '../../../domain/market.ts';
import { type EpochMs, seconds } from '../../../domain/time.ts';
import type { MarketView, MatchView } from '../../../domain/view.ts';
import type { Place } from '../../paging.ts';
import { matchPlace } from '../../views.ts';

/** A market with the match it belongs to. */
export interface Offer {
  readonly view: MatchView;
  readonly market: MarketView;
}

export interface MarketFilter {
  readonly market?: MarketType;
  /** 0 to 1. */
  readonly minConfidence?: number;
  /** Seconds. */
  readonly maxAge?: number;
}

export function marketTest(
  { market: type, minConfidence = 0, maxAge }: MarketFilter,
  now: EpochMs,
): (market: MarketView) => boolean {
  const oldest = maxAge === undefined ? undefined : now - seconds(maxAge);
  return ({ market, confidence, outcomes }) =>
    (type === undefined || market === type) &&
    confidence >= minConfidence &&
    (oldest === undefined || outcomes.some((outcome) => outcome.quotes.some((quote) => quote.at >= oldest)));
}

/** The markets of the views, in the order of the views and then of their keys. */
export function* offersOf(
  views: Iterable<MatchView>,
  wanted: (market: MarketView) => boolean,
): Generator<Offer> {
  for (const view of views) {
    const markets = view.markets.filter(wanted).sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const market of markets) yield { view, market };
  }
}

// U+0001 cannot stand in an id, so a match's markets keep together whatever their keys hold.
export const placeOf = ({ view, market }: Offer): Place => {
  const { at, key } = matchPlace(view);
  return { at, key: `${key}\u0001${market.key}` };
};
