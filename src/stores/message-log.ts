import type { LiveMessage } from '../ports/live-store.ts';

/** How much of a stream's past is kept: at most so many messages, and so many characters, per match and stream. */
export interface LogBounds {
  readonly messages: number;
  readonly characters: number;
}

/** The newest messages of one stream of one match: contiguous, and ending at the stream's present position. */
export class MessageLog {
  readonly #bounds: LogBounds;
  readonly #messages: LiveMessage[] = [];
  #characters = 0;

  constructor(bounds: LogBounds) {
    this.#bounds = bounds;
  }

  get length(): number {
    return this.#messages.length;
  }

  /** `allowance`: the most characters to keep just now, where that is less than the log's own bound. */
  append(message: LiveMessage, allowance = Number.POSITIVE_INFINITY): void {
    const characters = Math.min(this.#bounds.characters, allowance);
    this.#messages.push(message);
    this.#characters += message.json.length;
    while (this.#messages.length > this.#bounds.messages || this.#characters > characters)
      this.#characters -= this.#messages.shift()?.json.length ?? 0;
  }

  /** The newest `count` messages, oldest first; `undefined` when fewer are kept. */
  newest(count: number): LiveMessage[] | undefined {
    return count > this.length ? undefined : this.#messages.slice(this.length - count);
  }

  clear(): void {
    this.#messages.length = 0;
    this.#characters = 0;
  }
}

/**
 * What both LiveStores keep of a stream unless told otherwise: a match's score messages, or some dozens of large market
 * messages. With thousands of matches each keeps less (`view-mirror.ts`).
 */
export const DEFAULT_LOG_BOUNDS: LogBounds = { messages: 256, characters: 65_536 };
