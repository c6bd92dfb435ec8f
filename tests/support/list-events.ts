import { type EventDraft, type StoredEvent, shardOf } from '../../src/domain/event.ts';
import { epochMs } from '../../src/domain/time.ts';
import type { AppendOutcome, DeadLetter, EventQuery } from '../../src/ports/event-log.ts';

/** What stands in for the event log: a list. `fails` makes every call throw it. */
export class ListEvents {
  readonly stored: StoredEvent[] = [];
  letters: (DeadLetter & { readonly id: number })[] = [];
  fails: Error | undefined;

  async append(drafts: readonly EventDraft[]): Promise<readonly AppendOutcome[]> {
    this.#check();
    return drafts.map((draft) => this.#appendOne(draft));
  }

  async search(query: EventQuery): Promise<readonly StoredEvent[]> {
    this.#check();
    const { eventType, source, matchId, since, until, before, limit } = query;
    return this.stored
      .filter((event) => eventType === undefined || event.eventType === eventType)
      .filter((event) => source === undefined || event.source === source)
      .filter((event) => matchId === undefined || event.matchId === matchId)
      .filter(({ receivedAt }) => receivedAt >= (since ?? 0) && receivedAt < (until ?? Number.MAX_VALUE))
      .sort((a, b) => b.receivedAt - a.receivedAt || (a.itemId < b.itemId ? 1 : -1))
      .filter(
        ({ receivedAt, itemId }) =>
          before === undefined ||
          receivedAt < before.receivedAt ||
          (receivedAt === before.receivedAt && itemId < before.itemId),
      )
      .slice(0, limit);
  }

  async deadLetters({ limit, before }: { readonly limit: number; readonly before?: number }) {
    this.#check();
    return this.letters
      .filter(({ id }) => before === undefined || id < before)
      .sort((a, b) => b.id - a.id)
      .slice(0, limit);
  }

  exhume(ids: readonly number[]): readonly DeadLetter[] {
    this.#check();
    const taken = this.letters.filter(({ id }) => ids.includes(id));
    this.letters = this.letters.filter(({ id }) => !ids.includes(id));
    return taken;
  }

  /** A letter about the newest event. */
  bury(id: number): void {
    const event = this.stored.at(-1);
    if (event === undefined) throw new Error('there is no event to bury');
    const reason = 'it cannot be read';
    this.letters.push({
      id,
      event,
      consumer: 'views',
      code: 'EVENT_INVALID',
      reason,
      attempts: 3,
      failedAt: epochMs(0),
    });
  }

  #appendOne(draft: EventDraft): AppendOutcome {
    const known = this.stored.find(
      ({ source, externalId }) => source === draft.source && externalId === draft.externalId,
    );
    if (known !== undefined)
      return { outcome: known.bodyHash === draft.bodyHash ? 'duplicate' : 'conflict', first: known };
    const shardId = shardOf(draft.subject);
    const sequenceNumber = this.stored.filter((event) => event.shardId === shardId).length + 1;
    const event = { ...draft, shardId, sequenceNumber };
    this.stored.push(event);
    return { outcome: 'stored', event };
  }

  #check(): void {
    if (this.fails !== undefined) throw this.fails;
  }
}
