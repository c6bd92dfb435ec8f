import type { Millis } from '../domain/time.ts';

/**
 * Keeps long work from holding the event loop: call `due` between its steps, and wait for `breathe` when it says so.
 * Timers, sockets and other requests get their turn in between.
 */
export class Breather {
  readonly #hold: Millis;
  #since = performance.now();

  /** `hold`: how long to go on before the others get a turn. */
  constructor(hold: Millis = 3) {
    this.#hold = hold;
  }

  due(): boolean {
    return performance.now() - this.#since >= this.#hold;
  }

  async breathe(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}
