import type {
  EventIntake,
  EventTypeDescription,
  IncomingEvent,
  IntakeResult,
} from '../../ports/event-intake.ts';
import type { FeedHealth } from '../../ports/feed-health.ts';
import { StoreError } from '../../ports/store-error.ts';

/** An intake whose outcomes are counted, per source. */
export class MeteredIntake implements EventIntake {
  readonly #intake: EventIntake;
  readonly #health: FeedHealth;

  constructor(intake: EventIntake, health: FeedHealth) {
    this.#intake = intake;
    this.#health = health;
  }

  types(): readonly EventTypeDescription[] {
    return this.#intake.types();
  }

  async accept(events: readonly IncomingEvent[]): Promise<readonly IntakeResult[]> {
    for (const { source } of events) this.#health.received(source);
    try {
      const results = await this.#intake.accept(events);
      results.forEach((result, index) => {
        const { source } = events[index] as IncomingEvent;
        if (!result.accepted) this.#health.failed(source, result.code);
        else if (result.duplicate) this.#health.duplicate(source);
        else this.#health.accepted(source);
      });
      return results;
    } catch (error) {
      const code = error instanceof StoreError ? error.code : 'INTERNAL';
      for (const { source } of events) this.#health.failed(source, code);
      throw error;
    }
  }
}
