import { type DevigMethod, fairProbabilities } from '../../src/aggregation/devig.ts';
import type { Books } from './games.ts';

/** The probabilities by one method as the plain mean of the books: what the consensus has to beat. */
export function meanOfBooks(books: Books, method: DevigMethod): number[] {
  const rows = Object.values(books).map((prices) => fairProbabilities(prices, method));
  const size = rows[0]?.length ?? 0;
  return Array.from(
    { length: size },
    (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length,
  );
}
