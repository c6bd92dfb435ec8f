import type { MarketView, OutcomeView, PriceQuote } from '../domain/view.ts';

/** True when a price, a bookmaker or the status differs: what `lastChangedAt` tells of. */
export function isRepriced(a: MarketView, b: MarketView): boolean {
  return (
    a.status !== b.status ||
    a.outcomes.length !== b.outcomes.length ||
    a.outcomes.some((outcome, at) => isOtherOutcome(outcome, b.outcomes[at]))
  );
}

/** True when anything a client sees differs, times of quotes excepted. */
export function isMarketDifferent(a: MarketView, b: MarketView): boolean {
  return (
    a.stale !== b.stale ||
    a.confidence !== b.confidence ||
    a.overround !== b.overround ||
    isRepriced(a, b) ||
    a.outcomes.some(
      (outcome, at) =>
        outcome.fairProbability !== b.outcomes[at]?.fairProbability ||
        isOtherQuote(outcome.best, b.outcomes[at]?.best ?? null),
    )
  );
}

const isOtherOutcome = (a: OutcomeView, b: OutcomeView | undefined): boolean =>
  b === undefined ||
  a.name !== b.name ||
  a.quotes.length !== b.quotes.length ||
  a.quotes.some((quote, at) => {
    const other = b.quotes[at];
    return (
      other === undefined ||
      quote.price !== other.price ||
      quote.bookmaker !== other.bookmaker ||
      quote.suspended !== other.suspended
    );
  });

const isOtherQuote = (a: PriceQuote | null, b: PriceQuote | null): boolean =>
  a === null || b === null
    ? a !== b
    : a.price !== b.price || a.bookmaker !== b.bookmaker || a.provider !== b.provider;
