import { type EventDraft, type StoredEvent, shardOf } from '../../src/domain/event.ts';
import type {
  AppendOutcome,
  CommitListener,
  Cursors,
  DeadLetter,
  EventLog,
  EventQuery,
} from '../../src/ports/event-log.ts';
import { StoreError } from '../../src/ports/store-error.ts';

/** The event log in memory: what consumers are tested on. It can be away, and can keep its commits to itself. */
export class MemoryEventLog implements EventLog {
  readonly name = 'event-log';
  readonly events: StoredEvent[] = [];
  readonly letters: (DeadLetter & { readonly id: number })[] = [];
  readonly saved = new Map<string, Map<number, number>>();
  readonly placings = new Map<string, string>();
  /** Every `read`, as `shard after`. */
  readonly reads: string[] = [];
  isAway = false;
  /** `lost`: nobody is told of a commit, as when the process dies in between. */
  handOver: 'told' | 'announced' | 'lost' = 'told';
  readonly #listeners = new Set<CommitListener>();
  #letterIds = 0;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async append(drafts: readonly EventDraft[]): Promise<readonly AppendOutcome[]> {
    this.#check();
    const stored = drafts.map((draft) => this.#store(draft));
    if (this.handOver !== 'lost')
      for (const listener of this.#listeners)
        this.handOver === 'told'
          ? listener(stored)
          : listener([], [...new Set(stored.map(({ shardId }) => shardId))]);
    return stored.map((event) => ({ outcome: 'stored', event }));
  }

  async read(shardId: number, after: number, limit: number): Promise<readonly StoredEvent[]> {
    this.#check();
    this.reads.push(`${shardId} ${after}`);
    return this.#ofShard(shardId)
      .filter(({ sequenceNumber }) => sequenceNumber > after)
      .slice(0, limit);
  }

  onCommitted(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async search(query: EventQuery): Promise<readonly StoredEvent[]> {
    this.#check();
    const { eventType, source, matchId, since, until, before, limit } = query;
    const isOlder = (a: StoredEvent, b: Pick<StoredEvent, 'receivedAt' | 'itemId'>) =>
      a.receivedAt < b.receivedAt || (a.receivedAt === b.receivedAt && a.itemId < b.itemId);
    return this.events
      .map((event) => {
        const matchId = (this.placings.get(event.itemId) ?? event.matchId) as StoredEvent['matchId'];
        return matchId === undefined ? event : { ...event, matchId };
      })
      .filter((event) => eventType === undefined || event.eventType === eventType)
      .filter((event) => source === undefined || event.source === source)
      .filter((event) => matchId === undefined || event.matchId === matchId)
      .filter((event) => since === undefined || event.receivedAt >= since)
      .filter((event) => until === undefined || event.receivedAt < until)
      .filter((event) => before === undefined || isOlder(event, before))
      .sort((a, b) => (isOlder(a, b) ? 1 : -1))
      .slice(0, limit);
  }

  async placed(events: Parameters<EventLog['placed']>[0]): Promise<void> {
    this.#check();
    for (const { event, matchId } of events) this.placings.set(event.itemId, matchId);
  }

  async cursors(consumer: string): Promise<Cursors> {
    this.#check();
    return new Map(this.saved.get(consumer));
  }

  async saveCursors(consumer: string, cursors: Cursors): Promise<void> {
    this.#check();
    const known = this.saved.get(consumer) ?? new Map<number, number>();
    for (const [shard, number] of cursors) known.set(shard, Math.max(number, known.get(shard) ?? 0));
    this.saved.set(consumer, known);
  }

  async bury(letter: DeadLetter): Promise<void> {
    this.#check();
    const at = this.letters.findIndex(
      ({ event, consumer }) => event.itemId === letter.event.itemId && consumer === letter.consumer,
    );
    const known = this.letters[at];
    if (known) this.letters[at] = { ...letter, id: known.id };
    else this.letters.push({ ...letter, id: ++this.#letterIds });
  }

  async deadLetters({ limit, before = Number.POSITIVE_INFINITY }: { limit: number; before?: number }) {
    this.#check();
    return this.letters
      .filter(({ id }) => id < before)
      .reverse()
      .slice(0, limit);
  }

  async exhume(ids: readonly number[]): Promise<readonly DeadLetter[]> {
    this.#check();
    const taken = this.letters.filter(({ id }) => ids.includes(id));
    for (const letter of taken) this.letters.splice(this.letters.indexOf(letter), 1);
    return taken;
  }

  /** Forgets the oldest events of a shard, as retention does. */
  forget(shardId: number, upTo: number): void {
    const stay = this.events.filter((event) => event.shardId !== shardId || event.sequenceNumber > upTo);
    this.events.splice(0, this.events.length, ...stay);
  }

  #store(draft: EventDraft): StoredEvent {
    const shardId = shardOf(draft.subject);
    const sequenceNumber = (this.#ofShard(shardId).at(-1)?.sequenceNumber ?? 0) + 1;
    const event = { ...draft, shardId, sequenceNumber };
    this.events.push(event);
    return event;
  }

  #ofShard(shardId: number): readonly StoredEvent[] {
    return this.events.filter((event) => event.shardId === shardId);
  }

  #check(): void {
    if (this.isAway) throw new StoreError('STORE_UNAVAILABLE', 'the log is away');
  }
}
