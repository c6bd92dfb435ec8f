import { Learner } from '../aggregation/learning/learner.ts';
import type { MergePolicy } from '../aggregation/policy.ts';
import type { MatchId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { Observation } from '../domain/observation.ts';
import { after, type EpochMs, epochMs, type Millis, seconds } from '../domain/time.ts';
import type { ScoreView, Stream } from '../domain/view.ts';
import { Breather } from '../platform/breather.ts';
import type { Clock } from '../ports/clock.ts';
import type { History, HistoryEntry } from '../ports/history.ts';
import type { IngestSummary, ObservationSink } from '../ports/ingest.ts';
import type { Leadership } from '../ports/leadership.ts';
import type { InletMessage, LiveStore } from '../ports/live-store.ts';
import type { Part } from '../ports/part.ts';
import { leaving } from './eviction.ts';
import { FactIntake, nextDue } from './fact-intake.ts';
import { INLET_SOURCE, inletObservation, readInlet } from './inlet.ts';
import { MatchRegistry } from './match-registry.ts';
import type { MatchState } from './match-state.ts';
import type { FactOutcome, PushedFact } from './pushed-fact.ts';
import { ViewWriter } from './view-writer.ts';

/** What the road tells the outside: counts for metrics, edges for the log. */
export interface IngestReports {
  readonly accepted: (summary: IngestSummary) => void;
  readonly changed: (kind: HistoryEntry['kind']) => void;
  readonly review: (match: Match, candidates: readonly string[]) => void;
  readonly inletRefused: (why: string) => void;
  readonly fault: (error: unknown) => void;
}

export interface IngestOptions {
  readonly live: LiveStore;
  readonly history: Pick<History, 'keep' | 'keepMatch' | 'match' | 'matches'>;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly policy: MergePolicy;
  /** What is learned of the sources; it begins with nothing unless some is given. */
  readonly learner?: Learner;
  readonly reports: IngestReports;
}

// The grain in which a view notices that time has passed: staleness, persistence of a correction.
const TICK: Millis = seconds(1);
const EVICT_EVERY_TICKS = 15;
// What the passing of time does to a pushed match is told a little late, so that an event received before that moment
// comes before it, as it does when the events are replayed.
const PUSH_GRACE: Millis = 250;
const STREAMS: readonly Stream[] = ['scores', 'markets'];

/** The one road from observation to view: resolve the match, note the claim, merge, commit, keep. */
export class Ingest implements ObservationSink, Part {
  readonly name = 'ingest';
  readonly #options: IngestOptions;
  readonly #registry: MatchRegistry;
  readonly #writer: ViewWriter;
  readonly #facts: FactIntake;
  readonly #endings: (() => void)[] = [];
  /** The matches are known; and what has to be known besides before anything is let through. */
  #known: Promise<void> = Promise.resolve();
  #loaded: Promise<void> = Promise.resolve();
  readonly #adopting = new Map<MatchId, Promise<MatchState>>();
  #publishedAt = epochMs(0);
  #ticks = 0;

  constructor(options: IngestOptions) {
    const { live, history, leadership, clock, policy, reports, learner = new Learner() } = options;
    const fence = () => leadership.token();
    this.#options = options;
    this.#registry = new MatchRegistry({
      live,
      history,
      fence,
      onReview: reports.review,
      onFault: reports.fault,
    });
    this.#writer = new ViewWriter({
      live,
      history,
      clock,
      policy,
      learner,
      fence,
      onChange: reports.changed,
      onFault: reports.fault,
    });
    this.#facts = new FactIntake({
      registry: this.#registry,
      writer: this.#writer,
      live,
      history,
      clock,
      accepted: reports.accepted,
    });
  }

  async start(): Promise<void> {
    if (this.#endings.length > 0) return;
    const { live, leadership, clock } = this.#options;
    this.#endings.push(
      leadership.onChange((leads) => {
        if (!leads) return;
        this.#known = this.#registry.load(clock.now()).catch(this.#options.reports.fault);
        this.#loaded = this.#known;
      }),
      live.onInlet((message) => void this.#fromInlet(message)),
    );
    await this.#loaded;
    this.#plan();
  }

  async stop(): Promise<void> {
    for (const end of this.#endings.splice(0)) end();
    await Promise.all(
      [...this.#registry.states()].flatMap(({ progress }) => STREAMS.map((s) => progress[s].underWay)),
    );
  }

  async accept(batch: readonly Observation[]): Promise<IngestSummary> {
    await this.#loaded;
    const breather = new Breather();
    const writes: Promise<number>[] = [];
    let unresolved = 0;
    for (const observation of batch) {
      const placed = this.#registry.place(observation);
      if (placed) {
        placed.state.note(observation, placed.swapped);
        for (const stream of STREAMS) {
          if (placed.state.progress[stream].dirty) writes.push(this.#writer.write(placed.state, stream));
        }
      } else unresolved += 1;
      if (breather.due()) await breather.breathe();
    }
    const changed = (await Promise.all(writes)).reduce((sum, changes) => sum + changes, 0);
    const summary = { accepted: batch.length - unresolved, unresolved, changed };
    this.#options.reports.accepted(summary);
    return summary;
  }

  /** Takes in what a pushed event says of its match; see `FactIntake`. */
  async takeIn(fact: PushedFact): Promise<FactOutcome> {
    await this.#loaded;
    return this.#facts.takeIn(fact);
  }

  /** Does to a match what the passing of time does, up to `until`. */
  passTime(id: MatchId, until: EpochMs): Promise<void> {
    return this.#facts.passTime(id, until);
  }

  /** Makes known again what was pushed about a match before this replica led; see `FactIntake`. */
  async recall(id: MatchId, facts: readonly PushedFact[], lastScore?: ScoreView): Promise<void> {
    await this.#known;
    await this.#facts.recall(id, facts, lastScore);
  }

  /** Lets nothing through until `work` is done, or for `most`: after a change of leader some has to be known again. */
  holdFor(work: Promise<unknown>, most: Millis): void {
    const before = this.#loaded;
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.schedule(most, resolve);
    work.catch(() => {}).finally(resolve);
    this.#loaded = over.then(() => cancel()).then(() => before);
  }

  async #fromInlet(message: InletMessage): Promise<void> {
    if (!this.#options.leadership.isLeader()) return;
    await this.#loaded;
    const reading = readInlet(message);
    if (!reading.ok) return this.#options.reports.inletRefused(reading.why);
    const { matchId, claim } = reading;
    const state = this.#registry.state(matchId) ?? (await this.#adopted(matchId, message));
    // Two that were published in the same millisecond are told apart by their order alone.
    this.#publishedAt = epochMs(Math.max(message.receivedAt, this.#publishedAt + 1));
    state.note(inletObservation(matchId, claim, state.match.sport, this.#publishedAt), false);
    await this.#writer.write(state, 'scores');
  }

  /** The state of a match nobody has spoken of lately. What is published meanwhile waits in order. */
  #adopted(id: MatchId, message: InletMessage): Promise<MatchState> {
    const under = this.#adopting.get(id);
    if (under) return under;
    const adopting = this.#adopt(id, message).finally(() => this.#adopting.delete(id));
    this.#adopting.set(id, adopting);
    return adopting;
  }

  async #adopt(id: MatchId, message: InletMessage): Promise<MatchState> {
    const { history, reports } = this.#options;
    // It may be long over: then it has names and a league, which a nameless one must not overwrite.
    const kept = await history.match(id).catch((error) => void reports.fault(error));
    return this.#registry.state(id) ?? this.#registry.adopt(kept ?? unknownMatch(id, message));
  }

  #plan(): void {
    let cancel = () => {};
    const next = () => {
      cancel = this.#options.clock.schedule(TICK, () => {
        this.#tick();
        next();
      });
    };
    next();
    this.#endings.push(() => cancel());
  }

  /** Looks again at what the passing of time may have changed, and at what the store did not take. */
  #tick(): void {
    if (!this.#options.leadership.isLeader()) return;
    const { clock, reports } = this.#options;
    const now = clock.now();
    const pushedUntil = after(now, -PUSH_GRACE);
    for (const state of this.#registry.states()) {
      for (const stream of STREAMS) {
        const { dirty, underWay, reconsiderAt } = state.progress[stream];
        const isDue = dirty || (!state.isPushed && reconsiderAt !== undefined && reconsiderAt <= now);
        if (isDue && !underWay) void this.#writer.write(state, stream);
      }
      if (state.isPushed && nextDue(state, pushedUntil))
        void this.passTime(state.match.id, pushedUntil).catch(reports.fault);
    }
    this.#ticks += 1;
    if (this.#ticks % EVICT_EVERY_TICKS === 0) void this.#evict();
  }

  async #evict(): Promise<void> {
    const { live, clock, reports } = this.#options;
    for (const id of leaving(live.views(), clock.now())) {
      this.#registry.forget(id);
      await live.evict(id).catch(reports.fault);
    }
  }
}

/** A match that somebody publishes about before any provider has spoken of it. */
function unknownMatch(id: MatchId, { receivedAt }: InletMessage): Match {
  return {
    id,
    sport: 'other',
    league: 'unknown',
    leagueName: 'Unknown',
    home: { name: 'Home' },
    away: { name: 'Away' },
    startsAt: receivedAt,
    startPrecision: 'day',
    links: [{ provider: INLET_SOURCE, externalId: id }],
    createdAt: receivedAt,
  };
}
