import type { MergePolicy } from '../aggregation/policy.ts';
import { isTakenIn } from '../domain/event.ts';
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
import { INLET_SOURCE, inletObservation, readInlet } from './inlet.ts';
import { MatchRegistry, type Placed } from './match-registry.ts';
import type { MatchState } from './match-state.ts';
import { type FactOutcome, factObservation, type PushedFact } from './pushed-fact.ts';
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
  readonly #endings: (() => void)[] = [];
  /** The matches are known; and what has to be known besides before anything is let through. */
  #known: Promise<void> = Promise.resolve();
  #loaded: Promise<void> = Promise.resolve();
  readonly #adopting = new Map<MatchId, Promise<MatchState>>();
  #publishedAt = epochMs(0);
  #ticks = 0;

  constructor(options: IngestOptions) {
    const { live, history, leadership, clock, policy, reports } = options;
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
      fence,
      onChange: reports.changed,
      onFault: reports.fault,
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

  /**
   * Takes in what a pushed event says of its match, as of its receipt and apart from everything that came later: the
   * same events in the same order make the same views, whenever that is done. Rejects with `StoreError` while it cannot
   * be shown; the same call again goes on where it failed.
   */
  async takeIn(fact: PushedFact): Promise<FactOutcome> {
    await this.#loaded;
    const placed = this.#registry.place(factObservation(fact)) ?? (await this.#fromHistory(fact));
    if (!placed) {
      this.#options.reports.accepted({ accepted: 0, unresolved: 1, changed: 0 });
      return { outcome: 'unresolved' };
    }
    return placed.state.inTurn(() => this.#show(fact, placed));
  }

  async #show(fact: PushedFact, { state, swapped }: Placed): Promise<FactOutcome> {
    const matchId = state.match.id;
    const { event, statement, notice } = fact;
    if (!fact.late && isTakenIn(event, this.#options.live.view(matchId)?.score?.events)) {
      state.hear(fact, swapped);
      return { outcome: 'seen', matchId };
    }
    const received = fact.late ? this.#options.clock.now() : fact.receivedAt;
    await this.#catchUp(state, received);
    state.hear(fact, swapped);
    const at = epochMs(Math.max(received, state.lastHeard(fact.provider)));
    let changed = 0;
    const occasion = { at, event };
    // What is told besides comes last and carries the mark: after a crash in between both are done again.
    const last = { ...occasion, isLast: !fact.late };
    if (statement.markets) changed += Number(await this.#writer.writeOnce(state, 'markets', occasion));
    if (statement.score)
      changed += Number(await this.#writer.writeOnce(state, 'scores', notice ? occasion : last));
    if (notice) changed += Number(await this.#writer.writeOnce(state, 'scores', { ...last, notice }));
    this.#options.reports.accepted({ accepted: 1, unresolved: 0, changed });
    return { outcome: 'shown', matchId };
  }

  /** Does to a match what the passing of time does, up to `until`. */
  async passTime(id: MatchId, until: EpochMs): Promise<void> {
    const state = this.#registry.state(id);
    await state?.inTurn(() => this.#catchUp(state, until));
  }

  /**
   * Makes known again what was pushed about a match before this replica led: its claims, and the view it ended with
   * where the live store has lost that. Nobody is told anything that was not told before, but where the view stands.
   */
  async recall(id: MatchId, facts: readonly PushedFact[], lastScore?: ScoreView): Promise<void> {
    await this.#known;
    const state = this.#registry.state(id);
    if (!state) return;
    await state.inTurn(async () => {
      const isLost = this.#options.live.view(id)?.score == null;
      if (isLost && lastScore) await this.#writer.restore(state, lastScore);
      for (const fact of facts) {
        const placed = this.#registry.place(factObservation(fact));
        if (placed?.state !== state) continue;
        state.hear(fact, placed.swapped);
        if (fact.statement.score || fact.notice) state.mark(fact.event);
      }
      // Time has passed in which nobody looked.
      for (const stream of STREAMS) state.progress[stream].reconsiderAt ??= this.#options.clock.now();
    });
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

  /** The match of a fact that names it by our id, though it is not live any more. */
  async #fromHistory(fact: PushedFact): Promise<Placed | undefined> {
    const id = fact.statement.match.matchId;
    const kept = id && (await this.#options.history.match(id));
    if (!kept) return undefined;
    if (!this.#registry.state(kept.id)) this.#registry.adopt(kept);
    return this.#registry.place(factObservation(fact));
  }

  /** Does what the passing of time does to a match, up to `until`, at the moments when it is due. */
  async #catchUp(state: MatchState, until: EpochMs): Promise<void> {
    for (;;) {
      for (const stream of STREAMS)
        while (state.progress[stream].underWay) await state.progress[stream].underWay;
      const due = nextDue(state, until);
      if (!due) return;
      await this.#writer.writeOnce(state, due.stream, due);
    }
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

/** The first moment up to `until` at which time alone may change a view of the match. */
function nextDue(
  state: MatchState,
  until: EpochMs,
): { readonly stream: Stream; readonly at: EpochMs } | undefined {
  let first: { stream: Stream; at: EpochMs } | undefined;
  for (const stream of STREAMS) {
    const at = state.progress[stream].reconsiderAt;
    if (at !== undefined && at <= until && (first === undefined || at < first.at)) first = { stream, at };
  }
  return first;
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
