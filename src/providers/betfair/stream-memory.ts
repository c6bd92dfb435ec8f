import type { StreamBook } from './stream-book.ts';
import type { ChangeMessage } from './wire.ts';

/** What outlives a connection: the book, and the clocks from which a subscription to the same markets can go on. */
export class StreamMemory {
  readonly book: StreamBook;
  #initialClk: string | undefined;
  #clk: string | undefined;
  #marketIds = '';

  constructor(book: StreamBook) {
    this.book = book;
  }

  /** The clocks to subscribe with; none when these are other markets than before. */
  clocksFor(marketIds: readonly string[]): { readonly initialClk?: string; readonly clk?: string } {
    const ids = [...marketIds].sort().join();
    if (ids !== this.#marketIds) this.forget();
    this.#marketIds = ids;
    if (this.#initialClk === undefined || this.#clk === undefined) return {};
    return { initialClk: this.#initialClk, clk: this.#clk };
  }

  /** Notes how far the book has come with this message. */
  remember({ initialClk, clk }: Pick<ChangeMessage, 'initialClk' | 'clk'>): void {
    this.#initialClk = initialClk ?? this.#initialClk;
    this.#clk = clk ?? this.#clk;
  }

  /** The next subscription begins with a whole image. */
  forget(): void {
    this.#initialClk = undefined;
    this.#clk = undefined;
  }
}
