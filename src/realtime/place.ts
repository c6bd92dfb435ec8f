import type { LiveMessage } from '../ports/live-store.ts';
import type { Positions } from './protocol.ts';

/** Where a message stands to a reader: the one that follows, one it has had, or one with others missing before it. */
export type Order = 'next' | 'known' | 'gap';

/** How far a reader has come in both streams of its match. */
export class Place {
  #scores: Positions['scores'];
  #markets: Positions['markets'];

  constructor({ scores, markets }: Positions) {
    this.#scores = scores;
    this.#markets = markets;
  }

  get scores(): Positions['scores'] {
    return this.#scores;
  }

  get markets(): Positions['markets'] {
    return this.#markets;
  }

  orderOf({ stream, position }: LiveMessage): Order {
    const at = stream === 'scores' ? this.#scores : this.#markets;
    if (position.epoch !== at.epoch || position.seq > at.seq + 1) return 'gap';
    return position.seq === at.seq + 1 ? 'next' : 'known';
  }

  /** The reader has had this message. */
  pass({ stream, position }: LiveMessage): void {
    if (stream === 'scores') this.#scores = position;
    else this.#markets = position;
  }

  /** The reader has had all that led to `at`. */
  jump({ scores, markets }: Positions): void {
    this.#scores = scores;
    this.#markets = markets;
  }

  /** True when a stream of the same epoch has not come as far as the reader. */
  isPast({ scores, markets }: Positions): boolean {
    return isAfter(this.#scores, scores) || isAfter(this.#markets, markets);
  }
}

const isAfter = (a: Positions['scores'], b: Positions['scores']): boolean =>
  a.epoch === b.epoch && a.seq > b.seq;
