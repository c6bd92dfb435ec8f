import type { Books } from './games.ts';
import { fairPrice } from './serving.ts';

/** What confidence claims: odds within this factor of the rest of the market's. */
const WITHIN = 0.08;

/**
 * Whether the claim of the confidence holds: each split of the books in two parts, the second of two or more, is asked
 * whether the fair odds of the first are within 8 % of those of the second in every outcome.
 */
export function borneOut(books: Books): { readonly p: number; readonly isTrue: boolean }[] {
  const all = Object.entries(books);
  const found: { p: number; isTrue: boolean }[] = [];
  for (let mask = 1; mask < 2 ** all.length - 1; mask++) {
    const rest = all.filter((_, at) => ((mask >> at) & 1) === 0);
    if (rest.length < 2) continue;
    const said = fairPrice(Object.fromEntries(all.filter((_, at) => ((mask >> at) & 1) === 1)));
    const other = fairPrice(Object.fromEntries(rest));
    if (said === undefined || other === undefined) continue;
    const isTrue = said.p.every((p, at) => Math.abs(logOdds(p) - logOdds(other.p[at] ?? 0)) <= WITHIN);
    found.push({ p: said.confidence, isTrue });
  }
  return found;
}

const logOdds = (p: number): number => Math.log(p / (1 - p));
