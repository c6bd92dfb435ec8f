/** Ways to take a bookmaker's margin out of his prices. */
export const DEVIG_METHODS = ['multiplicative', 'additive', 'power', 'shin', 'odds_ratio', 'goto'] as const;
export type DevigMethod = (typeof DEVIG_METHODS)[number];

/** Steps of an iteration: all of them converge in under twenty, the rest is for absurd prices. */
const STEPS = 100;

/**
 * The method's own answer for decimal prices (each above 1), in the same order, summing to 1. Additive and goto can
 * leave (0, 1) on long shots: `fairProbabilities` is what to show.
 */
export function devig(prices: readonly number[], method: DevigMethod): number[] {
  const inverse = prices.map((price) => 1 / price);
  const book = sumOf(inverse);
  switch (method) {
    case 'multiplicative':
      return multiplicative(inverse, book);
    case 'additive':
      return additive(inverse, book);
    case 'goto':
      return goto(inverse, book);
    case 'power':
      return power(inverse);
    case 'shin':
      return shin(inverse, book);
    case 'odds_ratio':
      return oddsRatio(inverse);
  }
}

/**
 * Probabilities of the outcomes, each inside (0, 1) and summing to 1 to the last bits: by the method, or where it leaves
 * (0, 1) by power (a book with a margin) or else multiplicatively.
 */
export function fairProbabilities(prices: readonly number[], method: DevigMethod): number[] {
  const own = devig(prices, method);
  if (isInside(own)) return normalised(own);
  const inverse = prices.map((price) => 1 / price);
  const book = sumOf(inverse);
  // Power itself runs out of digits on books that take several times what they pay.
  const other = book > 1 ? power(inverse) : own;
  return normalised(isInside(other) ? other : multiplicative(inverse, book));
}

function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

const multiplicative = (inverse: readonly number[], book: number): number[] => inverse.map((q) => q / book);

const additive = (inverse: readonly number[], book: number): number[] => {
  const share = (book - 1) / inverse.length;
  return inverse.map((q) => q - share);
};

/** Takes from each outcome in proportion to its standard error, √(1−q). */
function goto(inverse: readonly number[], book: number): number[] {
  let spread = 0;
  for (const q of inverse) spread += Math.sqrt(1 - q);
  const step = (book - 1) / spread;
  return inverse.map((q) => q - step * Math.sqrt(1 - q));
}

/** q^k with Σ = 1. The sum is convex and falls with k, so Newton's steps from k = 1 close in from one side. */
function power(inverse: readonly number[]): number[] {
  const logs = inverse.map(Math.log);
  let k = 1;
  for (let step = 0; step < STEPS; step++) {
    let sum = -1;
    let slope = 0;
    for (const log of logs) {
      const p = Math.exp(k * log);
      sum += p;
      slope += p * log;
    }
    const next = Math.max(k / 4, k - sum / slope);
    if (Math.abs(next - k) < 1e-15 * k) break;
    k = next;
  }
  return logs.map((log) => Math.exp(k * log));
}

/** Shin (1993): a share z of the stakes knows the result. For two outcomes it is the additive method. */
function shin(inverse: readonly number[], book: number): number[] {
  if (inverse.length === 2) return additive(inverse, book);
  if (book <= 1) return multiplicative(inverse, book);
  let low = 0;
  let high = 0.999;
  let z = 0;
  for (let step = 0; step < STEPS; step++) {
    let roots = 0;
    let slopes = 0;
    for (const q of inverse) {
      const c = (4 * q * q) / book;
      const root = Math.sqrt(z * z + (1 - z) * c);
      roots += root;
      slopes += (2 * z - c) / (2 * root);
    }
    // Σp = 1 is the same as roots − nz − 2(1−z) = 0, which is well behaved up to z = 1.
    const n = inverse.length;
    const value = roots - n * z - 2 * (1 - z);
    if (value > 0) low = z;
    else high = z;
    let next = z - value / (slopes - n + 2);
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - z) < 1e-16) break;
    z = next;
  }
  return inverse.map((q) => (Math.sqrt(z * z + (4 * (1 - z) * q * q) / book) - z) / (2 * (1 - z)));
}

/** The same odds ratio c between each price and its probability: p = q / (c + q − cq). */
function oddsRatio(inverse: readonly number[]): number[] {
  let c = 1;
  for (let step = 0; step < STEPS; step++) {
    let sum = -1;
    let slope = 0;
    for (const q of inverse) {
      const under = c + q - c * q;
      sum += q / under;
      slope -= (q * (1 - q)) / (under * under);
    }
    const next = Math.max(c / 4, c - sum / slope);
    if (Math.abs(next - c) < 1e-15 * c) break;
    c = next;
  }
  return inverse.map((q) => q / (c + q - c * q));
}

const isInside = (result: readonly number[]): boolean => result.every((p) => p > 0 && p < 1);

/** Takes the last rounding error out, so that the sum is 1 to the last bits. */
function normalised(result: number[]): number[] {
  const sum = sumOf(result);
  for (let at = 0; at < result.length; at++) result[at] = (result[at] ?? 0) / sum;
  return result;
}
