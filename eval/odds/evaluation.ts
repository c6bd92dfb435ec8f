import { DEVIG_METHODS } from '../../src/aggregation/devig.ts';
import { borneOut } from './confidence.ts';
import { calibrationError, type Figures, type Forecast, figuresOf } from './figures.ts';
import { booksOf, type Game, type Moment, outcomeOf } from './games.ts';
import { meanOfBooks } from './methods.ts';
import { type FairPrice, fairPrice } from './serving.ts';

/** One game's fair price, as it is written out. */
export interface FairLine extends FairPrice {
  readonly id: string;
}

/** Games whose books are split in all ways to check the confidence; more add nothing to its two digits. */
const SPLIT_GAMES = 400;

/**
 * The fair price of each game that has prices, and the figures of those whose result is known: of the consensus, whole
 * and by league, of each method as the mean of the books, and of the confidence.
 */
export function evaluate(games: readonly Game[], moment: Moment) {
  const lines: FairLine[] = [];
  const consensus = new Forecasts();
  const leagues = new Map<string, Forecasts>();
  const methods = DEVIG_METHODS.map((method) => ({ method, forecasts: new Forecasts() }));
  for (const game of games) {
    const books = booksOf(game, moment);
    const fair = fairPrice(books);
    if (fair === undefined) continue;
    lines.push({ id: game.id, ...fair });
    const outcome = outcomeOf(game, fair.p.length);
    if (outcome === undefined) continue;
    consensus.add({ p: fair.p, outcome });
    ofLeague(leagues, game).add({ p: fair.p, outcome });
    for (const { method, forecasts } of methods) forecasts.add({ p: meanOfBooks(books, method), outcome });
  }
  const step = Math.max(1, Math.floor(lines.length / SPLIT_GAMES));
  const splits = games.filter((_, at) => at % step === 0).flatMap((game) => borneOut(booksOf(game, moment)));
  const summary = {
    read: games.length,
    priced: lines.length,
    withoutPrices: games.length - lines.length,
    ...consensus.figures(),
    leagues: Object.fromEntries([...leagues].map(([league, forecasts]) => [league, forecasts.figures()])),
    methods: Object.fromEntries(methods.map(({ method, forecasts }) => [method, forecasts.figures()])),
    confidence: splits.length === 0 ? null : { splits: splits.length, ece: calibrationError(splits) },
  };
  return { lines, summary };
}

/** The league is what stands before the first slash of the id. */
function ofLeague(leagues: Map<string, Forecasts>, { id }: Game): Forecasts {
  const league = id.split('/')[0] ?? id;
  const known = leagues.get(league);
  if (known !== undefined) return known;
  const forecasts = new Forecasts();
  leagues.set(league, forecasts);
  return forecasts;
}

/** Forecasts of markets with two outcomes and with three, which are not comparable. */
class Forecasts {
  readonly #twoWay: Forecast[] = [];
  readonly #threeWay: Forecast[] = [];

  add(forecast: Forecast): void {
    (forecast.p.length === 2 ? this.#twoWay : this.#threeWay).push(forecast);
  }

  /** Figures of the three-way markets, with those of two-way ones beside them; of the latter when there are no others. */
  figures(): Partial<Figures> & { readonly twoWay?: Figures | null } {
    if (this.#threeWay.length === 0) return figuresOf(this.#twoWay) ?? {};
    const three = figuresOf(this.#threeWay) ?? {};
    return this.#twoWay.length === 0 ? three : { ...three, twoWay: figuresOf(this.#twoWay) };
  }
}
