import type { SourceMarkets } from '../aggregation/merge-markets.ts';
import type { ProviderId } from '../domain/ids.ts';
import { type MarketClaim, marketKey } from '../domain/market.ts';
import { type EpochMs, hours } from '../domain/time.ts';

// A source that says its markets one by one seldom says that one has gone: lines move on and leave old ones behind.
const PART_LIFE = hours(6);
const MOST_PARTS = 500;

/** What one source offers on one match, said all at once or market by market. */
export class SourceOffers {
  readonly #provider: ProviderId;
  #whole: SourceMarkets | undefined;
  /** By bookmaker and market, the longest unsaid first. */
  readonly #parts = new Map<string, SourceMarkets>();

  constructor(provider: ProviderId) {
    this.#provider = provider;
  }

  /** When anything of it was last heard; 0 before. */
  get observedAt(): number {
    let newest = this.#whole?.observedAt ?? 0;
    for (const { observedAt } of this.#parts.values()) if (observedAt > newest) newest = observedAt;
    return newest;
  }

  /** Takes in what was said; false when something later has been heard. Of what is not in a `partial` one nothing changes. */
  take(claims: readonly MarketClaim[], observedAt: EpochMs, partial: boolean): boolean {
    if (observedAt < this.observedAt) return false;
    const provider = this.#provider;
    if (!partial) {
      this.#whole = { provider, claims, observedAt };
      this.#parts.clear();
      return true;
    }
    for (const claim of claims) {
      const key = keyOf(claim);
      this.#parts.delete(key);
      this.#parts.set(key, { provider, claims: [claim], observedAt });
    }
    for (const [key, part] of this.#parts) {
      if (this.#parts.size <= MOST_PARTS && observedAt - part.observedAt <= PART_LIFE) break;
      this.#parts.delete(key);
    }
    const said = new Set(claims.map(keyOf));
    if (this.#whole?.claims.some((claim) => said.has(keyOf(claim))))
      this.#whole = { ...this.#whole, claims: this.#whole.claims.filter((claim) => !said.has(keyOf(claim))) };
    return true;
  }

  list(): readonly SourceMarkets[] {
    return this.#whole ? [this.#whole, ...this.#parts.values()] : [...this.#parts.values()];
  }
}

const keyOf = (claim: MarketClaim): string => `${claim.bookmaker} ${marketKey(claim)}`;
