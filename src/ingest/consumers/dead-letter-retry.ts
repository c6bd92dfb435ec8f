import { type Millis, seconds } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeadLetters } from '../../ports/dead-letters.ts';
import type { DeadLetter, EventLog } from '../../ports/event-log.ts';
import type { Leadership } from '../../ports/leadership.ts';
import type { Part } from '../../ports/part.ts';
import { causeOf, isOutage } from './attempts.ts';
import type { ConsumerReports } from './consumers.ts';
import type { EventConsumer } from './event-consumer.ts';

export interface DeadLetterRetryOptions {
  readonly consumers: readonly EventConsumer[];
  readonly log: Pick<EventLog, 'deadLetters' | 'bury' | 'exhume'>;
  readonly leadership: Pick<Leadership, 'isLeader'>;
  readonly clock: Clock;
  readonly reports: ConsumerReports;
}

/** The code of a letter that somebody has asked to be tried again. */
export const RETRY_ASKED = 'RETRY_ASKED';

type Kept = DeadLetter & { readonly id: number };

const LOOK_EVERY: Millis = seconds(5);
const PAGE = 500;
const PAGES_MOST = 20;

/**
 * Tries dead letters again when somebody asks for it, on any replica: the letter is marked, and the replica that leads
 * takes it up. It is thrown away only after its event was handled, so a crash in between loses nothing.
 */
export class DeadLetterRetry implements DeadLetters, Part {
  readonly name = 'dead-letter-retry';
  readonly #options: DeadLetterRetryOptions;
  #cancel: (() => void) | undefined;
  #working: Promise<void> | undefined;

  constructor(options: DeadLetterRetryOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#cancel ??= this.#options.clock.schedule(LOOK_EVERY, () => {
      void this.#work().finally(() => {
        if (this.#cancel === undefined) return;
        this.#cancel = undefined;
        void this.start();
      });
    });
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#working;
  }

  async retry(ids: readonly number[]): Promise<number> {
    const { log, clock } = this.#options;
    let marked = 0;
    for (const id of new Set(ids)) {
      const [letter] = await log.deadLetters({ limit: 1, before: id + 1 });
      if (letter?.id !== id) continue;
      await log.bury({ ...letter, code: RETRY_ASKED, failedAt: clock.now() });
      marked += 1;
    }
    if (marked > 0) void this.#work();
    return marked;
  }

  #work(): Promise<void> {
    this.#working ??= this.#retryAsked()
      .catch((error) => {
        if (!isOutage(error)) this.#options.reports.fault(this.name, error);
      })
      .finally(() => {
        this.#working = undefined;
      });
    return this.#working;
  }

  async #retryAsked(): Promise<void> {
    const { log, leadership } = this.#options;
    const asked: Kept[] = [];
    let before: number | undefined;
    for (let page = 0; page < PAGES_MOST && leadership.isLeader(); page++) {
      const letters = await log.deadLetters({ limit: PAGE, ...(before !== undefined && { before }) });
      asked.push(...letters.filter(({ code }) => code === RETRY_ASKED));
      before = letters.at(-1)?.id;
      if (letters.length < PAGE) break;
    }
    // In the order in which they were buried.
    for (const letter of asked.reverse()) if (leadership.isLeader()) await this.#tryAgain(letter);
  }

  async #tryAgain({ id, ...letter }: Kept): Promise<void> {
    const { consumers, log, clock, reports } = this.#options;
    const consumer = consumers.find(({ name }) => name === letter.consumer);
    try {
      if (!consumer) throw new Error(`nobody here is called ${letter.consumer}`);
      const outcome = await consumer.handleLate(letter.event);
      await consumer.settle?.();
      await log.exhume([id]);
      reports.handled(letter.consumer, letter.event, outcome);
    } catch (error) {
      if (isOutage(error)) throw error;
      const again = {
        ...letter,
        ...causeOf(error),
        attempts: letter.attempts + 1,
        failedAt: clock.now(),
      };
      await log.bury(again);
      reports.buried(again);
    }
  }
}
