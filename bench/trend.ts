/** One reading of a quantity. */
export interface Sample {
  readonly minute: number;
  readonly value: number;
}

/** The least-squares slope, by the minute. */
export function slopeOf(samples: readonly Sample[]): number {
  const middle = mean(samples.map(({ minute }) => minute));
  const level = mean(samples.map(({ value }) => value));
  let along = 0;
  let spread = 0;
  for (const { minute, value } of samples) {
    along += (minute - middle) * (value - level);
    spread += (minute - middle) ** 2;
  }
  return along / spread;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
