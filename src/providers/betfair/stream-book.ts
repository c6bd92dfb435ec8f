import type { Statement } from '../../domain/observation.ts';
import { atOnce, type Steps } from '../../platform/steps.ts';
import type { Drop } from './catalogue.ts';
import type { KnownMarket } from './known-market.ts';
import { type PricedMarket, statementOf } from './offers.ts';
import { StreamedMarket } from './streamed-market.ts';
import { type ChangeMessage, isMarketChange, type MarketDefinition } from './wire.ts';

/** Tells which market it is; `undefined` for one that cannot be named. */
export type Describe = (
  marketId: string,
  definition: MarketDefinition | undefined,
) => KnownMarket | undefined;

const OUT_OF_DATE = 503;

/** All markets of a subscription as the stream has told them so far. */
export class StreamBook {
  readonly #describe: Describe;
  readonly #markets = new Map<string, StreamedMarket>();
  readonly #byEvent = new Map<string, Set<string>>();
  #isCurrent = true;

  constructor(describe: Describe) {
    this.#describe = describe;
  }

  /** Takes in a whole message and answers what it says of each event that it touches. */
  apply(message: ChangeMessage, where: string, drop: Drop): readonly Statement[] {
    return atOnce(this.applyInSteps(message, where, drop));
  }

  /** The same, one market a step: an image is a long piece of work. */
  *applyInSteps(message: ChangeMessage, where: string, drop: Drop): Steps<readonly Statement[]> {
    const { ct, status, mc, pt } = message;
    const isImage = ct === 'SUB_IMAGE';
    if (isImage) {
      this.#markets.clear();
      this.#byEvent.clear();
    }
    const touched = new Set<string>();
    for (const [index, change] of (mc ?? []).entries()) {
      yield;
      const event = this.#applyChange(change, isImage, pt ?? undefined, `${where}[${index}]`, drop);
      if (event !== undefined) touched.add(event);
    }
    const isCurrent = status !== OUT_OF_DATE;
    const turned = isCurrent !== this.#isCurrent;
    this.#isCurrent = isCurrent;
    const isAboutAll = turned || isImage || ct === 'RESUB_DELTA';
    return yield* this.#statements(isAboutAll ? this.#byEvent.keys() : touched);
  }

  /** What it says of every event. */
  all(): readonly Statement[] {
    return atOnce(this.#statements(this.#byEvent.keys()));
  }

  /** The event that a change is about, as far as it can be named. */
  #applyChange(
    change: unknown,
    isImage: boolean,
    pt: number | undefined,
    where: string,
    drop: Drop,
  ): string | undefined {
    if (!isMarketChange(change)) {
      drop(where, 'wrong_type');
      return undefined;
    }
    const { id } = change;
    const isWhole = isImage || change.img === true;
    let market = this.#markets.get(id);
    if (!market) {
      if (!isWhole) {
        drop(where, 'unknown_market');
        return undefined;
      }
      market = new StreamedMarket();
      this.#markets.set(id, market);
    }
    if (!market.apply({ ...change, img: isWhole }, pt)) drop(where, 'wrong_type');
    const known = this.#describe(id, market.definition);
    if (!known) {
      drop(where, 'unmapped_market');
      return undefined;
    }
    const event = known.match.externalId;
    const markets = this.#byEvent.get(event);
    if (markets) markets.add(id);
    else this.#byEvent.set(event, new Set([id]));
    return event;
  }

  *#statements(events: Iterable<string>): Steps<Statement[]> {
    const statements: Statement[] = [];
    for (const event of events) {
      yield;
      const [first, ...others] = [...(this.#byEvent.get(event) ?? [])].flatMap(
        (id) => this.#priced(id) ?? [],
      );
      if (first) statements.push(statementOf([first, ...others], this.#isCurrent));
    }
    return statements;
  }

  #priced(id: string): PricedMarket | undefined {
    const prices = this.#markets.get(id);
    const market = prices && this.#describe(id, prices.definition);
    return market && { market, prices };
  }
}
