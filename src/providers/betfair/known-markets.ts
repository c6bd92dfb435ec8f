import type { SportId } from '../../domain/sports/index.ts';
import type { KnownMarket } from './known-market.ts';

/** The catalogue as it was last listed, sport by sport. */
export class KnownMarkets {
  readonly #bySport = new Map<SportId, ReadonlyMap<string, KnownMarket>>();
  readonly #listeners = new Set<() => void>();
  #followed: ReadonlyMap<string, KnownMarket> = new Map();

  /** Takes in a sport's new listing and tells those who follow. */
  replace(sport: SportId, markets: readonly KnownMarket[]): void {
    this.#bySport.set(sport, new Map(markets.map((market) => [market.marketId, market])));
    for (const listener of this.#listeners) listener();
  }

  of(sport: SportId): readonly KnownMarket[] {
    return [...(this.#bySport.get(sport)?.values() ?? [])];
  }

  /** A market that is listed, or was when it began to be followed: closed ones leave the listing first. */
  find(marketId: string): KnownMarket | undefined {
    for (const markets of this.#bySport.values()) {
      const market = markets.get(marketId);
      if (market) return market;
    }
    return this.#followed.get(marketId);
  }

  /** The first `most` to start, and from now on those that `find` does not forget. */
  follow(most: number): readonly string[] {
    const followed = this.firstToStart(most);
    this.#followed = new Map(followed.map((market) => [market.marketId, market]));
    return followed.map(({ marketId }) => marketId);
  }

  firstToStart(most: number): readonly KnownMarket[] {
    return [...this.#bySport.values()]
      .flatMap((markets) => [...markets.values()])
      .sort((a, b) => startOf(a) - startOf(b) || (a.marketId < b.marketId ? -1 : 1))
      .slice(0, most);
  }

  /** Called after each new listing. Returns the way to end it. */
  onListed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const startOf = ({ match }: KnownMarket): number => match.startsAt ?? 0;
