/** A selection of a market, with the best price to back it at; none when nobody offers one. */
export interface Selection {
  readonly id: number;
  readonly name: string;
  readonly status?: string;
  readonly back: number | null;
}

/** A market as the exchange keeps it. Runners are in the order of display. */
export interface ExchangeMarket {
  /** `1.234567` */
  readonly id: string;
  readonly type: string;
  /** `OPEN`, `SUSPENDED`, `CLOSED`, `INACTIVE` */
  readonly status: string;
  readonly inPlay: boolean;
  /** RFC 3339 */
  readonly startsAt: string;
  readonly eventTypeId: string;
  /** `Home v Away` */
  readonly event: { readonly id: string; readonly name: string };
  readonly competition: { readonly id: string; readonly name: string };
  readonly selections: readonly Selection[];
}

/** One element of `mc`. */
export type MarketChange = Readonly<Record<string, unknown>> & { readonly id: string };

interface Entry {
  readonly clock: number;
  readonly change: MarketChange;
}

const SIZE = 25;
/** Changes remembered, to go on from: a client that is further behind gets everything. */
const REMEMBERED = 10_000;

/** The exchange's markets, every change of them numbered. */
export class BetfairExchange {
  /** Told once and for ever: clocks of another exchange mean nothing here. */
  readonly initialClk: string;
  readonly #markets = new Map<string, ExchangeMarket>();
  readonly #listeners = new Set<(change: MarketChange) => void>();
  #log: Entry[] = [];
  #clock = 0;

  constructor(markets: readonly ExchangeMarket[] = [], name = 'sandbox') {
    this.initialClk = `${name}-initial`;
    for (const market of markets) this.put(market);
  }

  get clk(): string {
    return `clk-${this.#clock}`;
  }

  markets(): readonly ExchangeMarket[] {
    return [...this.#markets.values()];
  }

  market(id: string): ExchangeMarket | undefined {
    return this.#markets.get(id);
  }

  /** Brings a market to a new state and tells what is different; a new market is told as an image. */
  put(market: ExchangeMarket): void {
    const before = this.#markets.get(market.id);
    this.#markets.set(market.id, market);
    const change = before ? difference(before, market) : imageOf(market);
    if (change) this.#tell(change);
  }

  /** A new best price of a selection. */
  price(marketId: string, selectionId: number, back: number | null): void {
    const market = this.#known(marketId);
    const selections = market.selections.map((one) => (one.id === selectionId ? { ...one, back } : one));
    this.put({ ...market, selections });
  }

  turn(marketId: string, to: Partial<Pick<ExchangeMarket, 'status' | 'inPlay'>>): void {
    this.put({ ...this.#known(marketId), ...to });
  }

  remove(marketId: string): void {
    this.#markets.delete(marketId);
  }

  /** All of these markets. */
  image(ids: ReadonlySet<string>): MarketChange[] {
    return this.markets()
      .filter(({ id }) => ids.has(id))
      .map(imageOf);
  }

  /** What has changed since that clock; `undefined` when it is not ours or too old. */
  since(initialClk: string, clk: string, ids: ReadonlySet<string>): MarketChange[] | undefined {
    const from = Number(/^clk-(\d+)$/.exec(clk)?.[1] ?? Number.NaN);
    const oldest = this.#log[0]?.clock ?? 1;
    if (initialClk !== this.initialClk || !(from >= oldest - 1 && from <= this.#clock)) return undefined;
    return this.#log
      .filter(({ clock, change }) => clock > from && ids.has(change.id))
      .map(({ change }) => change);
  }

  onChange(listener: (change: MarketChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #known(id: string): ExchangeMarket {
    const market = this.#markets.get(id);
    if (!market) throw new Error(`There is no market ${id}`);
    return market;
  }

  #tell(change: MarketChange): void {
    this.#clock += 1;
    this.#log.push({ clock: this.#clock, change });
    if (this.#log.length > 2 * REMEMBERED) this.#log = this.#log.slice(-REMEMBERED);
    for (const listener of this.#listeners) listener(change);
  }
}

const imageOf = (market: ExchangeMarket): MarketChange => ({
  id: market.id,
  marketDefinition: definitionOf(market),
  rc: market.selections.map(({ id, back }) => ({
    id,
    tv: 0,
    batb: back === null ? [] : [[0, back, SIZE]],
  })),
  img: true,
  tv: 0,
});

function difference(before: ExchangeMarket, after: ExchangeMarket): MarketChange | undefined {
  const old = new Map(before.selections.map(({ id, back }) => [id, back]));
  const rc = after.selections
    .filter(({ id, back }) => old.get(id) !== back)
    .map(({ id, back }) => ({ id, batb: [back === null ? [0, 0, 0] : [0, back, SIZE]] }));
  const isRedefined = JSON.stringify(definitionOf(before)) !== JSON.stringify(definitionOf(after));
  if (rc.length === 0 && !isRedefined) return undefined;
  return {
    id: after.id,
    ...(isRedefined && { marketDefinition: definitionOf(after) }),
    ...(rc.length > 0 && { rc }),
  };
}

const definitionOf = (market: ExchangeMarket) => ({
  bspMarket: false,
  turnInPlayEnabled: true,
  persistenceEnabled: true,
  marketBaseRate: 5,
  eventId: market.event.id,
  eventTypeId: market.eventTypeId,
  numberOfWinners: 1,
  bettingType: 'ODDS',
  marketType: market.type,
  marketTime: market.startsAt,
  suspendTime: market.startsAt,
  bspReconciled: false,
  complete: true,
  inPlay: market.inPlay,
  crossMatching: true,
  runnersVoidable: false,
  numberOfActiveRunners: market.selections.length,
  betDelay: market.inPlay ? 5 : 0,
  status: market.status,
  runners: market.selections.map(({ id, status = 'ACTIVE' }, index) => ({
    status,
    sortPriority: index + 1,
    id,
  })),
  openDate: market.startsAt,
});
