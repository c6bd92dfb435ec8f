type Listener<T> = (value: T) => void;

/**
 * Tells each listener of each value, in order. A listener that throws is reported and the others still hear; a value
 * emitted from inside a listener waits until all have heard the one before.
 */
export class Listeners<T> {
  readonly #onFault: (error: unknown) => void;
  readonly #listeners = new Set<{ readonly hear: Listener<T> }>();
  readonly #waiting: T[] = [];
  #telling = false;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Adds a listener (the same function may be added twice); the returned function takes it away. */
  add(hear: Listener<T>): () => void {
    const entry = { hear };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  emit(value: T): void {
    if (this.#telling) {
      this.#waiting.push(value);
      return;
    }
    this.#telling = true;
    for (let next: T | undefined = value; next !== undefined; next = this.#waiting.shift()) this.#tell(next);
    this.#telling = false;
  }

  #tell(value: T): void {
    for (const { hear } of this.#listeners) {
      try {
        hear(value);
      } catch (error) {
        this.#onFault(error);
      }
    }
  }
}
