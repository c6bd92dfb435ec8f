import type { Consensus } from './consensus.ts';

/**
 * A logistic curve, fitted to pre-match and closing three-way prices of several bookmakers (docs/truth.md, Markets):
 * what share of small groups of books had fair odds that the rest of the market bore out.
 */
const CURVE = { at: -9.39, margin: -0.605, spread: -2.75, leftOut: -5.85 };
/** How far books usually are apart, in the logit: one book's word on it, when few can show it. */
const USUAL_SPREAD = 0.05;
/** Books copy each other, so that agreement alone is never proof. */
const MOST = 0.99;

/** Nobody can be asked: some prices without a whole book. */
const WITHOUT_CONSENSUS = 0.2;
/** What was last said before a suspension or silence may have moved since. */
const SUSPENDED = 0.5;
const SILENT = 0.4;

/**
 * Probability, 0 to 1, that the fair odds of every outcome are within 8 % of those of the rest of the market. It rises
 * with the number of books and the smallness of their margins, and falls with their dispersion.
 */
export function confidenceOf(
  consensus: Consensus | undefined,
  { suspended, silent }: { readonly suspended: boolean; readonly silent: boolean },
): number {
  const agreed = consensus === undefined ? WITHOUT_CONSENSUS : borneOut(consensus);
  const doubt = (suspended ? SUSPENDED : 1) * (silent ? SILENT : 1);
  return Math.max(0.001, Math.round(agreed * doubt * 1_000) / 1_000);
}

function borneOut({ books, leftOut, dispersion, jointMargin }: Consensus): number {
  const spread = Math.sqrt((USUAL_SPREAD ** 2 + books * dispersion ** 2) / (1 + books));
  const logOdds =
    CURVE.at +
    CURVE.margin * Math.log(jointMargin) +
    CURVE.spread * Math.log(spread) +
    CURVE.leftOut * (leftOut / (books + leftOut));
  return Math.min(MOST, 1 / (1 + Math.exp(-logOdds)));
}
