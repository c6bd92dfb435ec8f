import {
  type Opportunity,
  type OpportunityKind,
  opportunitiesIn,
} from '../../../aggregation/opportunities.ts';
import type { MarketType } from '../../../domain/market.ts';
import { isInPlay, isOver } from '../../../domain/status.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { MarketView, MatchView } from '../../../domain/view.ts';
import type { Place } from '../../paging.ts';
import { matchPlace } from '../../views.ts';

/** An opportunity with the market and the match it is in, and its number among those of the market. */
export interface Found {
  readonly view: MatchView;
  readonly market: MarketView;
  readonly opportunity: Opportunity;
  readonly number: number;
}

export interface OpportunityFilter {
  readonly market?: MarketType;
  readonly kind?: OpportunityKind;
}

/** What the markets of matches that are not over offer at `now`, in the order of the views, then of the markets' keys. */
export function* foundIn(
  views: Iterable<MatchView>,
  { market: type, kind }: OpportunityFilter,
  now: EpochMs,
): Generator<Found> {
  for (const view of views) {
    if (view.score !== null && isOver(view.score.status)) continue;
    // Without a word about the score the announced start has to do, as in the merge.
    const inPlay = view.score === null ? now >= view.match.startsAt : isInPlay(view.score.status);
    for (const market of view.markets.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
      if (type !== undefined && market.market !== type) continue;
      for (const [number, opportunity] of opportunitiesIn(market, inPlay, now).entries())
        if (kind === undefined || opportunity.kind === kind) yield { view, market, opportunity, number };
    }
  }
}

// U+0001 cannot stand in an id: a match's opportunities keep together. Twenty books could all be off, in four digits.
export const placeOf = ({ view, market, number }: Found): Place => {
  const { at, key } = matchPlace(view);
  return { at, key: `${key}\u0001${market.key}\u0001${String(number).padStart(4, '0')}` };
};
