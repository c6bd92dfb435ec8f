/**
 * First in, first out, up to `capacity` of weight; when that is passed the oldest fall out. Adding costs the same
 * however long it is.
 */
export class BoundedQueue<T> {
  readonly #capacity: number;
  readonly #weigh: (item: T) => number;
  #items: (T | undefined)[] = [];
  #head = 0;
  #weight = 0;
  #taken = 0;

  constructor(capacity: number, weigh: (item: T) => number = () => 1) {
    this.#capacity = capacity;
    this.#weigh = weigh;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** How many have left it, at either door: the number of the one now at the head. */
  get left(): number {
    return this.#taken;
  }

  /** Returns how many fell out to make room. */
  push(item: T): number {
    this.#items.push(item);
    this.#weight += this.#weigh(item);
    let fallen = 0;
    for (; this.#weight > this.#capacity && this.length > 1; fallen++) this.shift();
    return fallen;
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    this.#weight -= this.#weigh(item);
    this.#taken++;
    // Moving the rest down now and then keeps the cost of one shift constant on average.
    if (this.#head > 1_000 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
