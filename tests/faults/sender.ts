import { until } from '../support/until.ts';
import type { Scene } from './scene.ts';

/** How one match's feed sends: one event after another, each until it is accepted. */
export interface SenderOptions {
  readonly scene: Scene;
  readonly matches: number;
  /** Between an answer and the next event of the same match. */
  readonly pauseMs: number;
  /** Distinguishes the runs of one scene. */
  readonly name: string;
}

export interface Refused {
  readonly status: number;
  readonly hasRetryAfter: boolean;
  readonly at: number;
}

const SOURCE = 'fault-feed';
const LARGEST_BATCH = 4;

/**
 * A feed as it should be: the events of a match in order, and the same again, under the same id, after whatever was not
 * a 2xx. All matches at once.
 */
export class Sender {
  readonly matchNames: readonly string[];
  readonly sent = new Set<string>();
  readonly accepted = new Set<string>();
  /** Times at which something was accepted. */
  readonly acceptedAt: number[] = [];
  readonly refused: Refused[] = [];
  /** Requests that ended without an answer. */
  unanswered = 0;
  /** Accepted as a repeat: an earlier try had been stored, though its answer was lost. */
  repeats = 0;
  readonly #options: SenderOptions;
  readonly #numbers = new Map<string, number>();
  readonly #paused = new Set<string>();
  #loops: Promise<void>[] = [];
  #stopping = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.matchNames = Array.from({ length: options.matches }, (_, i) => `${options.name}-${i}`);
  }

  /** Sends the first event of each match, by which it becomes known. */
  async introduce(): Promise<void> {
    await Promise.all(this.matchNames.map((match) => this.#send([this.#event(match)])));
  }

  begin(): void {
    this.#loops = this.matchNames.map((match, i) => this.#run(match, i));
  }

  /** The name by which our API knows a match of this feed. */
  static named(match: string): string {
    return `${SOURCE}:${match}`;
  }

  static matchOf(eventId: string): string {
    return eventId.slice(0, eventId.lastIndexOf('/'));
  }

  /** Lets the rest go on without this match; resolves when what it has sent is accepted. */
  async pause(match: string): Promise<void> {
    this.#paused.add(match);
    await this.#loops[this.matchNames.indexOf(match)];
  }

  /** Sends one event of a match that is paused. */
  async sendOne(match: string): Promise<void> {
    await this.#send([this.#event(match)]);
  }

  /** Ends when the last event of each match has been accepted. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#loops);
  }

  async reached(count: number): Promise<void> {
    const wanted = this.accepted.size + count;
    await until(`${count} more events are accepted`, () => this.accepted.size >= wanted, 60_000);
  }

  async #run(match: string, at: number): Promise<void> {
    for (let round = at; !this.#stopping && !this.#paused.has(match); round++) {
      const size = 1 + (round % LARGEST_BATCH);
      await this.#send(Array.from({ length: size }, () => this.#event(match)));
      await Bun.sleep(this.#options.pauseMs);
    }
  }

  #event(match: string): SentEvent {
    const number = (this.#numbers.get(match) ?? 0) + 1;
    this.#numbers.set(match, number);
    const id = `${match}/${number}`;
    const data =
      number === 1
        ? { ...fixtureOf(match), id, type: 'match_start', homeScore: 0, awayScore: 0 }
        : { matchId: match, id, type: 'comment', detail: `number ${number}` };
    return { source: SOURCE, eventType: 'match_event', id, data };
  }

  async #send(events: readonly SentEvent[]): Promise<void> {
    const { scene } = this.#options;
    for (const { id } of events) this.sent.add(id);
    const body = events.map((event) => JSON.stringify(event)).join('\n');
    for (;;) {
      try {
        const answer = await fetch(`${scene.url}/ingest`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${scene.token}` },
          body,
          signal: AbortSignal.timeout(20_000),
        });
        const text = await answer.text();
        if (answer.status === 202) return this.#note(events, JSON.parse(text) as Answer);
        this.refused.push({
          status: answer.status,
          hasRetryAfter: answer.headers.has('retry-after'),
          at: performance.now(),
        });
      } catch {
        this.unanswered += 1;
      }
      await Bun.sleep(50);
    }
  }

  #note(events: readonly SentEvent[], { results }: Answer): void {
    for (const [i, { id }] of events.entries()) {
      const result = results[i];
      if (result?.success !== true) throw new Error(`${id} was refused: ${JSON.stringify(result)}`);
      this.accepted.add(id);
      if (result.duplicate) this.repeats += 1;
    }
    this.acceptedAt.push(performance.now());
  }
}

interface SentEvent {
  readonly source: string;
  readonly eventType: string;
  readonly id: string;
  readonly data: object;
}

interface Answer {
  readonly results: readonly { readonly success: boolean; readonly duplicate?: boolean }[];
}

const fixtureOf = (match: string) => ({
  matchId: match,
  sport: 'soccer',
  league: 'epl',
  homeTeam: `Home of ${match}`,
  awayTeam: `Guests of ${match}`,
  startsAt: STARTED,
});

const STARTED = new Date(Date.now() - 20 * 60_000).toISOString();
