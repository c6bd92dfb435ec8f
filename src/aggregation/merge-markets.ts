import type { ProviderId } from '../domain/ids.ts';
import { type MarketClaim, marketKey } from '../domain/market.ts';
import type { Match } from '../domain/match.ts';
import type { EpochMs } from '../domain/time.ts';
import type { MarketView, OutcomeView } from '../domain/view.ts';
import { type BookOffer, offersOf } from './book-offers.ts';
import { isMarketDifferent, isRepriced } from './market-difference.ts';
import { marketView } from './market-view.ts';
import type { MergePolicy } from './policy.ts';

/** All one source offers on a match now. */
export interface SourceMarkets {
  readonly provider: ProviderId;
  readonly claims: readonly MarketClaim[];
  /** When we received it last. */
  readonly observedAt: EpochMs;
}

export interface MarketMerge {
  readonly match: Match;
  /** Prices age faster in play. */
  readonly inPlay: boolean;
  readonly previous: readonly MarketView[];
  readonly sources: readonly SourceMarkets[];
  readonly now: EpochMs;
  readonly policy: MergePolicy;
}

export interface MergedMarkets {
  /** All markets, ordered by key. */
  readonly views: readonly MarketView[];
  /** Those of `views` that differ from `previous` in something a client sees, ages excepted. */
  readonly changed: readonly MarketView[];
  /** Keys that nobody offers any more, as far as all who offered them have been heard since. */
  readonly removed: readonly string[];
  /** When the first source falls silent: merge again then. */
  readonly reconsiderAt?: EpochMs;
}

/** The market views from what each source offers now. The order of the sources does not matter. */
export function mergeMarkets({ inPlay, previous, sources, now, policy }: MarketMerge): MergedMarkets {
  const horizon = inPlay ? policy.quoteHorizon.inPlay : policy.quoteHorizon.before;
  const offers = offersByMarket(sources);
  addUnheard(offers, previous, sources, now, horizon);
  const known = new Map(previous.map((view) => [view.key, view]));
  const views: MarketView[] = [];
  const changed: MarketView[] = [];
  for (const key of [...offers.keys()].sort()) {
    const merged = marketView(key, offers.get(key) ?? [], now, horizon, policy);
    if (merged === undefined) continue;
    const before = known.get(key);
    const view = before === undefined ? merged : continued(before, merged);
    views.push(view);
    if (before === undefined || isMarketDifferent(before, view)) changed.push(view);
    known.delete(key);
  }
  const reconsiderAt = nextSilence(sources, now, horizon);
  return {
    views,
    changed,
    removed: [...known.keys()],
    ...(reconsiderAt === undefined ? undefined : { reconsiderAt }),
  };
}

/** The merged view with what only the one before it knows: since when it stands, and when it came back. */
function continued(before: MarketView, merged: MarketView): MarketView {
  const hasReturned = before.status === 'suspended' && merged.status === 'open';
  const returnedAt = hasReturned ? merged.lastChangedAt : before.returnedAt;
  return {
    ...merged,
    ...(isRepriced(before, merged) ? undefined : { lastChangedAt: before.lastChangedAt }),
    ...(returnedAt === undefined ? undefined : { returnedAt }),
  };
}

function offersByMarket(sources: readonly SourceMarkets[]): Map<string, BookOffer[]> {
  const offers = new Map<string, BookOffer[]>();
  for (const { provider, claims, observedAt } of sources) {
    for (const claim of claims) {
      const key = marketKey(claim);
      const offer = { claim, provider, observedAt };
      const list = offers.get(key);
      if (list) list.push(offer);
      else offers.set(key, [offer]);
    }
  }
  return offers;
}

/**
 * After a restart the first source to speak must not seem to take away what the others offer: quotes of providers that
 * have not been heard yet stand until they are too old to.
 */
function addUnheard(
  offers: Map<string, BookOffer[]>,
  previous: readonly MarketView[],
  sources: readonly SourceMarkets[],
  now: EpochMs,
  horizon: number,
): void {
  const heard = new Set(sources.map(({ provider }) => provider));
  const isHeard = ({ quotes }: OutcomeView) => quotes.every(({ provider }) => heard.has(provider));
  for (const view of previous) {
    if (view.outcomes.every(isHeard)) continue;
    for (const offer of offersOf(view)) {
      if (heard.has(offer.provider) || now - offer.observedAt > horizon) continue;
      const list = offers.get(view.key);
      if (list) list.push(offer);
      else offers.set(view.key, [offer]);
    }
  }
}

function nextSilence(sources: readonly SourceMarkets[], now: EpochMs, horizon: number): EpochMs | undefined {
  let soonest: number | undefined;
  for (const { observedAt, claims } of sources) {
    const at = observedAt + horizon + 1;
    if (claims.length > 0 && at > now && (soonest === undefined || at < soonest)) soonest = at;
  }
  return soonest as EpochMs | undefined;
}
