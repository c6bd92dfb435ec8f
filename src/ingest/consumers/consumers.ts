import type { StoredEvent } from '../../domain/event.ts';
import type { Millis } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeadLetter, EventLog } from '../../ports/event-log.ts';
import type { EventStreams } from '../../ports/event-streams.ts';
import type { History } from '../../ports/history.ts';
import type { Leadership } from '../../ports/leadership.ts';
import type { LiveStore } from '../../ports/live-store.ts';
import type { Part } from '../../ports/part.ts';
import type { EventTypes } from '../events/event-types.ts';
import type { Ingest } from '../ingest.ts';
import { Consumption } from './consumption.ts';
import { DeadLetterRetry } from './dead-letter-retry.ts';
import type { EventConsumer, Handled } from './event-consumer.ts';
import { StreamsConsumer } from './streams-consumer.ts';
import { ViewsConsumer } from './views-consumer.ts';

/** What becomes of events, for metrics, for the health of feeds, for the log. */
export interface ConsumerReports {
  readonly handled: (consumer: string, event: StoredEvent, outcome: Handled) => void;
  readonly buried: (letter: DeadLetter) => void;
  readonly fault: (consumer: string, error: unknown) => void;
}

export interface ConsumersOptions {
  readonly types: EventTypes;
  readonly ingest: Ingest;
  readonly live: LiveStore;
  readonly history: Pick<History, 'lastScore'>;
  readonly log: EventLog;
  readonly leadership: Leadership;
  readonly clock: Clock;
  /** Where others follow the events, and for how long they can; absent without Redis. */
  readonly streams?: { readonly store: EventStreams; readonly keepFor: Millis };
  readonly reports: ConsumerReports;
}

/** All that follows the event log: one part to start after what it writes to. */
export class Consumers implements Part {
  readonly name = 'consumers';
  readonly deadLetters: DeadLetterRetry;
  readonly #consumptions: readonly { readonly name: string; readonly consumption: Consumption }[];
  readonly #streams: EventStreams | undefined;

  constructor({ types, ingest, live, history, log, leadership, clock, streams, reports }: ConsumersOptions) {
    this.#streams = streams?.store;
    const consumers: readonly EventConsumer[] = [
      new ViewsConsumer({ types, ingest, live, history, log }),
      ...(streams
        ? [new StreamsConsumer({ streams: streams.store, keepFor: streams.keepFor, log, clock })]
        : []),
    ];
    const reportsOf = (name: string) => ({
      handled: (event: StoredEvent, outcome: Handled) => reports.handled(name, event, outcome),
      buried: reports.buried,
      fault: (error: unknown) => reports.fault(name, error),
    });
    this.#consumptions = consumers.map((consumer) => ({
      name: consumer.name,
      consumption: new Consumption({ consumer, log, leadership, clock, reports: reportsOf(consumer.name) }),
    }));
    this.deadLetters = new DeadLetterRetry({ consumers, log, leadership, clock, reports });
  }

  async start(): Promise<void> {
    await this.#streams?.start();
    for (const { consumption } of this.#consumptions) await consumption.start();
    await this.deadLetters.start();
  }

  async stop(): Promise<void> {
    await this.deadLetters.stop();
    await Promise.all(this.#consumptions.map(({ consumption }) => consumption.stop()));
    await this.#streams?.stop();
  }

  /** Events that each consumer knows of and has not handled; 0 while another replica leads. */
  lags(): readonly { readonly consumer: string; readonly lag: number }[] {
    return this.#consumptions.map(({ name, consumption }) => ({ consumer: name, lag: consumption.lag() }));
  }
}
