import type { MatchId } from '../domain/ids.ts';
import { type EpochMs, epochMs, seconds } from '../domain/time.ts';
import type { MatchView } from '../domain/view.ts';
import type { LiveMessage } from '../ports/live-store.ts';
import type { LiveContext } from './live-context.ts';
import { heartbeatMessage, type Positions, type ResyncReason, snapshotMessage } from './protocol.ts';
import type { Session } from './session.ts';

/** A snapshot and the positions from which the messages after it follow. */
export interface Snapshot {
  readonly text: string;
  readonly at: Positions;
}

interface CachedSnapshot extends Snapshot {
  readonly view: MatchView | undefined;
  readonly storeDown: boolean;
  readonly madeAt: EpochMs;
}

// The ages of the sources in it are that much off at most.
const SNAPSHOT_LIFE = seconds(1);

/** All sessions of one match. What goes to several of them is made once. */
export class Channel {
  readonly id: MatchId;
  /** Which tick of the heartbeat's period is this match's: they are spread over it. */
  readonly slot: number;
  readonly #context: LiveContext;
  readonly #sessions = new Set<Session>();
  readonly #withMarkets = new Set<Session>();
  readonly #snapshots: [CachedSnapshot | undefined, CachedSnapshot | undefined] = [undefined, undefined];
  #published: Positions;

  constructor(id: MatchId, slot: number, context: LiveContext) {
    this.id = id;
    this.slot = slot;
    this.#context = context;
    this.#published = this.positions();
  }

  get size(): number {
    return this.#sessions.size;
  }

  add(session: Session): void {
    this.#sessions.add(session);
    if (session.withMarkets) this.#withMarkets.add(session);
  }

  remove(session: Session): void {
    this.#sessions.delete(session);
    this.#withMarkets.delete(session);
  }

  /** Where the view in the store stands; a match nobody wrote about yet stands at the beginning. */
  positions(): Positions {
    const { live } = this.#context.deps;
    const beginning = () => ({ epoch: live.epoch(), seq: 0 });
    return live.view(this.id)?.position ?? { scores: beginning(), markets: beginning() };
  }

  publish(message: LiveMessage): void {
    const { stream, position } = message;
    this.#published =
      stream === 'scores'
        ? { scores: position, markets: this.#published.markets }
        : { scores: this.#published.scores, markets: position };
    const audience = stream === 'scores' ? this.#sessions : this.#withMarkets;
    for (const session of audience) {
      try {
        session.deliver(message);
      } catch (error) {
        session.fail(error);
      }
    }
  }

  snapshot(withMarkets: boolean): Snapshot {
    const moment = this.#context.moment();
    const view = this.#context.deps.live.view(this.id);
    const kept = this.#snapshots[withMarkets ? 1 : 0];
    if (
      kept !== undefined &&
      kept.view === view &&
      kept.storeDown === moment.storeDown &&
      moment.now - kept.madeAt < SNAPSHOT_LIFE
    )
      return kept;
    const at = this.positions();
    const text = snapshotMessage(this.id, view, at, withMarkets, moment);
    const made = { text, at, view, storeDown: moment.storeDown, madeAt: moment.now };
    this.#snapshots[withMarkets ? 1 : 0] = made;
    return made;
  }

  heartbeat(withMarkets: boolean, at: Positions = this.#published): string {
    const view = this.#context.deps.live.view(this.id);
    return heartbeatMessage(this.id, view, at, withMarkets, newestObservation(view), this.#context.moment());
  }

  beat(): void {
    this.#snapshots.fill(undefined);
    const plain = this.heartbeat(false);
    const full = this.#withMarkets.size > 0 ? this.heartbeat(true) : plain;
    for (const session of this.#sessions) session.beat(session.withMarkets ? full : plain);
  }

  ping(): void {
    for (const session of this.#sessions) session.ping();
  }

  resync(reason: ResyncReason): void {
    this.#published = this.positions();
    for (const session of this.#sessions) {
      try {
        session.resync(reason);
      } catch (error) {
        session.fail(error);
      }
    }
  }
}

function newestObservation(view: MatchView | undefined): EpochMs | undefined {
  let newest = Number.NEGATIVE_INFINITY;
  for (const source of view?.score?.sources ?? []) newest = Math.max(newest, source.observedAt);
  return Number.isFinite(newest) ? epochMs(newest) : undefined;
}
