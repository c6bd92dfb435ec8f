import type { MarketView, MatchView } from '../domain/view.ts';
import type { LiveStore } from '../ports/live-store.ts';
import { comparePlaces, type Place } from './paging.ts';

/** Lists of matches are in the order of their start, then of their id. */
export const matchPlace = (view: MatchView): Place => ({ at: view.match.startsAt, key: view.id });

export function viewsInOrder(live: LiveStore, wanted: (view: MatchView) => boolean): MatchView[] {
  const views: MatchView[] = [];
  for (const view of live.views()) if (wanted(view)) views.push(view);
  return views.sort((a, b) => comparePlaces(matchPlace(a), matchPlace(b)));
}

/**
 * The view's score as it may be shown now: while the store behind it is away nothing is sure to be current, and what was
 * not stale already is marked so.
 */
export function shownScore(live: LiveStore, view: MatchView): MatchView {
  if (view.score === null || view.score.stale !== null || live.health().status === 'ok') return view;
  return { ...view, score: { ...view.score, stale: 'store_unavailable' } };
}

/** The market likewise. */
export function shownMarket(live: LiveStore, market: MarketView): MarketView {
  if (market.stale !== null || live.health().status === 'ok') return market;
  return { ...market, stale: 'store_unavailable' };
}
