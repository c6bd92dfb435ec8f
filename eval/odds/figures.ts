/** A forecast with the place of what came about. */
export interface Forecast {
  readonly p: readonly number[];
  readonly outcome: number;
}

export interface Figures {
  readonly games: number;
  readonly logLoss: number;
  /** Ranked probability score, per game, divided by outcomes − 1. */
  readonly rps: number;
  /** Sum over the outcomes, per game. */
  readonly brier: number;
  /** Expected calibration error of every outcome's probability, in ten equal bins. */
  readonly ece: number;
}

const BINS = 10;

/** How far said probabilities are from how often it came true, weighted by how many fall into each of ten bins. */
export function calibrationError(said: readonly { readonly p: number; readonly isTrue: boolean }[]): number {
  const gaps = new Array<number>(BINS).fill(0);
  for (const { p, isTrue } of said) {
    const bin = Math.min(BINS - 1, Math.floor(p * BINS));
    gaps[bin] = (gaps[bin] ?? 0) + p - Number(isTrue);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / said.length;
}

/** The figures of some forecasts; `null` when there are none. */
export function figuresOf(forecasts: readonly Forecast[]): Figures | null {
  const games = forecasts.length;
  if (games === 0) return null;
  let logLoss = 0;
  let rps = 0;
  let brier = 0;
  for (const { p, outcome } of forecasts) {
    logLoss -= Math.log(p[outcome] ?? 0);
    let ahead = 0;
    for (const [at, probability] of p.entries()) {
      const gap = probability - Number(at === outcome);
      brier += gap * gap;
      ahead += gap;
      if (at < p.length - 1) rps += (ahead * ahead) / (p.length - 1);
    }
  }
  const said = forecasts.flatMap(({ p, outcome }) =>
    p.map((probability, at) => ({ p: probability, isTrue: at === outcome })),
  );
  return {
    games,
    logLoss: logLoss / games,
    rps: rps / games,
    brier: brier / games,
    ece: calibrationError(said),
  };
}
