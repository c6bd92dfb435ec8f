import { DEVIG_METHODS, fairProbabilities } from '../../src/aggregation/devig.ts';
import { opportunitiesIn } from '../../src/aggregation/opportunities.ts';
import { epochMs } from '../../src/domain/time.ts';
import type { Books } from './games.ts';
import { served, sourceOf } from './serving.ts';

const ROUNDS = 15;
const WARM_UP = 3;

/** Microseconds a call: the quickest of several rounds over all items, since others share the cores. */
function timeOf<T>(items: readonly T[], work: (item: T) => number): number {
  let quickest = Number.POSITIVE_INFINITY;
  let kept = 0;
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const start = performance.now();
    for (const item of items) kept += work(item);
    if (round >= WARM_UP) quickest = Math.min(quickest, performance.now() - start);
  }
  if (Number.isNaN(kept)) throw new Error('a probability is not a number');
  return (quickest * 1_000) / items.length;
}

/** Ten books around one: the prices of `books` in turn, each a little shorter or longer. */
function tenBooks(books: Books): Books {
  const rows = Object.values(books);
  return Object.fromEntries(
    Array.from({ length: 10 }, (_, at) => {
      const prices = rows[at % rows.length] ?? [];
      return [`book${at}`, prices.map((price) => 1 + (price - 1) * (1 + 0.004 * ((at % 5) - 2)))];
    }),
  );
}

/** Microseconds of each method on one book, of a ten-book market's refresh through the merge, and of a look at it. */
export function speedOn(markets: readonly Books[]) {
  const books = markets.flatMap((all) => Object.values(all).slice(0, 1)).slice(0, 5_000);
  if (books.length === 0) return null;
  const methods = Object.fromEntries(
    DEVIG_METHODS.map((method) => [
      method,
      timeOf(books, (prices) => fairProbabilities(prices, method)[0] ?? 0),
    ]),
  );
  const sources = markets.slice(0, 1_000).map(tenBooks).map(sourceOf);
  // Each refresh finds another market's prices before it, so that everything has changed.
  let before = sources.flatMap((source) => served(source) ?? []).slice(0, 1);
  const tenBookRefresh = timeOf(sources, (source) => {
    const view = served(source, before);
    if (view !== undefined) before = [view];
    return view?.confidence ?? 0;
  });
  const views = sources.flatMap((source) => served(source) ?? []);
  const now = epochMs(views[0]?.lastChangedAt ?? 0);
  const tenBookOpportunities = timeOf(views, (view) => opportunitiesIn(view, false, now).length);
  return { unit: 'µs', methods, tenBookRefresh, tenBookOpportunities };
}
