import { linkKey, type MatchLink } from '../domain/ids.ts';

/** Names of matches that somebody has said are of two matches: no likeness joins them again. */
export class Separations {
  readonly #apart = new Map<string, Set<string>>();

  get size(): number {
    return this.#apart.size;
  }

  add(a: MatchLink, b: MatchLink): void {
    this.#put(linkKey(a), linkKey(b));
    this.#put(linkKey(b), linkKey(a));
  }

  /** Takes the word back. */
  remove(a: MatchLink, b: MatchLink): void {
    this.#take(linkKey(a), linkKey(b));
    this.#take(linkKey(b), linkKey(a));
  }

  has(some: readonly MatchLink[], others: readonly MatchLink[]): boolean {
    if (this.#apart.size === 0) return false;
    return some.some((link) => {
      const apart = this.#apart.get(linkKey(link));
      return apart !== undefined && others.some((other) => apart.has(linkKey(other)));
    });
  }

  #put(a: string, b: string): void {
    const known = this.#apart.get(a);
    if (known) known.add(b);
    else this.#apart.set(a, new Set([b]));
  }

  #take(a: string, b: string): void {
    const known = this.#apart.get(a);
    known?.delete(b);
    if (known?.size === 0) this.#apart.delete(a);
  }
}
