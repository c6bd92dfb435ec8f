import { type Millis, seconds } from '../../domain/time.ts';

/** Upper ends of the bins in which delays are counted; one more bin takes what came later or not at all. */
export const EDGES: readonly Millis[] = [
  0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 90, 120,
].map(seconds);
const BINS = EDGES.length + 1;
const NONE: readonly number[] = new Array(BINS).fill(0);

/** The bin of a delay; `undefined`: it never followed. */
const binOf = (delay: Millis | undefined): number => {
  if (delay === undefined) return BINS - 1;
  const bin = EDGES.findIndex((edge) => delay <= edge);
  return bin < 0 ? BINS - 1 : bin;
};

/** The counts with one delay more, the older ones faded by `keep`. */
export function withDelay(counts: readonly number[], delay: Millis | undefined, keep: number): number[] {
  const own = binOf(delay);
  return (counts.length === BINS ? counts : NONE).map((count, bin) => count * keep + Number(bin === own));
}

/** Share of the delays longer than each edge, `before` counted in as `strength` observations. */
export function survival(
  counts: readonly number[],
  before: (age: Millis) => number,
  strength: number,
): number[] {
  let beyond = 0;
  for (const count of counts) beyond += count;
  const all = beyond + strength;
  return EDGES.map((edge, bin) => {
    beyond -= counts[bin] ?? 0;
    return (Math.max(0, beyond) + strength * before(edge)) / all;
  });
}

/** The delay that share of those who followed did not exceed; `undefined` without any. */
export function quantile(counts: readonly number[], share: number): Millis | undefined {
  let followed = 0;
  for (let bin = 0; bin < BINS - 1; bin++) followed += counts[bin] ?? 0;
  if (followed <= 0) return undefined;
  let left = share * followed;
  for (let bin = 0; bin < BINS - 1; bin++) {
    const count = counts[bin] ?? 0;
    if (left <= count && count > 0) {
      const low = EDGES[bin - 1] ?? 0;
      return low + ((EDGES[bin] ?? low) - low) * (left / count);
    }
    left -= count;
  }
  return EDGES.at(-1);
}
