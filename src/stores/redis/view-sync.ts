import type { MatchId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import { days, type EpochMs, type Millis } from '../../domain/time.ts';
import type { MatchView, Position, Stream } from '../../domain/view.ts';
import type { LiveMessage } from '../../ports/live-store.ts';
import type { Listeners } from '../listeners.ts';
import type { StreamState, ViewMirror } from '../view-mirror.ts';
import { type Frame, parseFrame } from './frame.ts';
import type { RedisKeys } from './keys.ts';
import type { RedisLink } from './redis-link.ts';
import { adopt, read } from './scripts.ts';
import { parseMatch, parseState, parseStoredView, type StoredView } from './stored-view.ts';

export interface ViewSyncOptions {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly mirror: ViewMirror;
  readonly messages: Listeners<LiveMessage>;
  /** How long Redis keeps a match that nobody writes to, counted from its start when that is later. */
  readonly keepFor: (match: Match) => Millis;
  /** Messages may have been missed; the views are up to date. */
  readonly onMissed: () => void;
  /** Data was lost, or another replica began a new epoch: everything has to be read anew. */
  readonly onDoubt: (cause: { readonly lost: boolean }) => void;
  readonly onFault: (error: unknown) => void;
}

export interface LoadResult {
  /** Some messages could not be told: clients need a resync. */
  readonly missed: boolean;
  /** A match with messages in this epoch is not there any more: the epoch cannot go on. */
  readonly lost: boolean;
  readonly unreadable: number;
}

type Refreshed = 'current' | 'missed' | 'lost' | 'unreadable' | 'absent';

const STREAMS = ['scores', 'markets'] as const;
const AT_ONCE = 100;
// An index entry is written shortly before its match, so a young one without a match is left alone.
const FORGOTTEN_AFTER = days(2);

/**
 * Keeps the mirror in step with Redis. Each stream moves only from one position to the next; whatever does not fit is
 * a gap, and is closed from the match's log or, failing that, by its snapshot and a resync.
 */
export class ViewSync {
  readonly #options: ViewSyncOptions;
  readonly #repairs = new Map<MatchId, { again: boolean; done: Promise<void> }>();
  #epoch = '';
  // While everything is read anew, what is published waits: clients hear of the resync first, then what follows it.
  #loading = false;
  readonly #late = new Set<MatchId>();
  // Before the first load nobody has been told anything, so nothing can have been missed.
  #told = false;

  constructor(options: ViewSyncOptions) {
    this.#options = options;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /**
   * Reads every match anew under `epoch`, bringing older ones into it. What is published from now on is held back
   * until `settle`.
   */
  async load(epoch: string, now: EpochMs): Promise<LoadResult> {
    const { link, keys, mirror } = this.#options;
    this.#epoch = epoch;
    this.#loading = true;
    this.#late.clear();
    const indexed = await link.send((redis) => redis.zrange(keys.index, '0', '-1', 'WITHSCORES'));
    const starts = new Map<MatchId, number>();
    for (let at = 0; at + 1 < indexed.length; at += 2)
      starts.set(indexed[at] as MatchId, Number(indexed[at + 1]));
    const ids = [...new Set([...starts.keys(), ...mirror.ids()])];
    const counts: Record<Refreshed, number> = { current: 0, missed: 0, lost: 0, unreadable: 0, absent: 0 };
    const forgotten: MatchId[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const results = await Promise.all(
        ids.slice(at, at + AT_ONCE).map(async (id) => [id, await this.#refresh(id)] as const),
      );
      for (const [id, result] of results) {
        counts[result] += 1;
        if (result === 'absent' && (starts.get(id) ?? now) < now - FORGOTTEN_AFTER) forgotten.push(id);
      }
    }
    if (forgotten.length > 0) await link.send((redis) => redis.zrem(keys.index, ...forgotten));
    this.#told = true;
    return { missed: counts.missed > 0, lost: counts.lost > 0, unreadable: counts.unreadable };
  }

  /** To be called when the outcome of `load` has been told: goes on with what was published meanwhile. */
  settle(): void {
    this.#loading = false;
    for (const id of this.#late) void this.repair(id);
    this.#late.clear();
  }

  /** Takes what a replica (perhaps this one) published. */
  receive(text: string): void {
    const frame = parseFrame(text);
    if (frame === undefined || this.#epoch === '') return;
    if (this.#loading && frame.kind !== 'epoch') {
      this.#late.add(frame.id);
      return;
    }
    switch (frame.kind) {
      case 'commit':
        if (this.#isPresent(frame.position.epoch)) this.#receiveCommit(frame);
        return;
      case 'match':
        if (this.#isPresent(frame.position.scores.epoch)) this.#receiveMatch(frame);
        return;
      case 'confirm':
        if (this.#isPresent(frame.position.epoch)) this.#receiveConfirm(frame);
        return;
      case 'evict':
        this.#options.mirror.drop(frame.id);
        return;
      case 'reread':
        if (this.#options.mirror.view(frame.id)?.position.scores.epoch !== this.#epoch)
          void this.repair(frame.id);
        return;
      case 'epoch':
        this.#isPresent(frame.epoch);
    }
  }

  /**
   * Takes a commit of our own as soon as Redis has answered it; the frame that follows is then an old one. `otherSeq`
   * is where the match's other stream stands.
   */
  committed(state: StreamState, message: LiveMessage, fresh: boolean, otherSeq: number): void {
    const { mirror, messages } = this.#options;
    const { matchId, stream, position } = message;
    if (position.epoch !== this.#epoch) return;
    switch (this.#place(matchId, stream, position, fresh)) {
      case 'old':
        return;
      case 'gap':
        void this.repair(matchId);
        return;
      case 'next':
        if (fresh && mirror.view(matchId) === undefined)
          mirror.putMatch(state.match, before(stream, position, otherSeq));
        mirror.apply(state, message);
        messages.emit(message);
    }
  }

  /** Reads one match anew. Never rejects; a failure of Redis goes to `onFault`. */
  repair(id: MatchId): Promise<void> {
    const running = this.#repairs.get(id);
    if (running) {
      running.again = true;
      return running.done;
    }
    const repair = { again: false, done: Promise.resolve() };
    this.#repairs.set(id, repair);
    repair.done = this.#repairUntilQuiet(id, repair).finally(() => this.#repairs.delete(id));
    return repair.done;
  }

  async #repairUntilQuiet(id: MatchId, repair: { again: boolean }): Promise<void> {
    const { onMissed, onDoubt, onFault } = this.#options;
    try {
      do {
        repair.again = false;
        const result = await this.#refresh(id);
        if (result === 'missed') onMissed();
        if (result === 'lost') onDoubt({ lost: true });
      } while (repair.again);
    } catch (error) {
      onFault(error);
    }
  }

  async #refresh(id: MatchId): Promise<Refreshed> {
    const { mirror } = this.#options;
    const epoch = this.#epoch;
    let stored = await this.#read(id);
    const known = mirror.view(id);
    const outdated = known !== undefined && known.position.scores.epoch !== epoch;
    if (stored === 'absent' ? outdated : isView(stored) && stored.view.position.scores.epoch < epoch) {
      await this.#adopt(id, outdated ? known : undefined);
      stored = await this.#read(id);
    }
    if (stored === 'unreadable') return stored;
    if (isView(stored)) return this.#merge(stored) ? 'current' : 'missed';
    const present = mirror.view(id);
    const written = present !== undefined && STREAMS.some((stream) => present.position[stream].seq > 0);
    if (stored === 'absent' && written && present.position.scores.epoch === epoch) return 'lost';
    mirror.drop(id);
    return 'absent';
  }

  async #read(id: MatchId): Promise<ReturnType<typeof parseStoredView>> {
    const { link, keys, mirror } = this.#options;
    const known = mirror.view(id)?.position;
    const from = known?.scores.epoch ?? this.#epoch;
    const reply = await link.run(read, keys.match(id), [
      from,
      known?.scores.seq ?? 0,
      known?.markets.seq ?? 0,
    ]);
    return parseStoredView(id, reply);
  }

  async #adopt(id: MatchId, offered: MatchView | undefined): Promise<void> {
    const { link, keys, keepFor } = this.#options;
    const view = offered
      ? [
          offered.position.scores.epoch,
          offered.position.scores.seq,
          offered.position.markets.seq,
          JSON.stringify(offered.match),
          offered.score === null ? '' : JSON.stringify(offered.score),
          JSON.stringify(offered.markets),
        ]
      : ['', 0, 0, '', '', ''];
    if (offered) await link.send((redis) => redis.zadd(keys.index, offered.match.startsAt, id));
    const keep = offered ? keepFor(offered.match) : days(14);
    await link.run(adopt, keys.match(id), [this.#epoch, ...view, keep, keys.frames, id]);
  }

  /** True when everything between the mirror's view and this one could be told. */
  #merge({ view, missed }: StoredView): boolean {
    const { mirror, messages } = this.#options;
    const known = mirror.view(view.id);
    let merged = view;
    let complete = true;
    const brought: Partial<Record<Stream, readonly LiveMessage[]>> = {};
    for (const stream of STREAMS) {
      const got = view.position[stream];
      const have = known?.position[stream] ?? { epoch: got.epoch, seq: 0 };
      if (have.epoch > got.epoch) return true;
      if (have.epoch !== got.epoch) complete = false;
      else if (known && got.seq < have.seq) merged = withStream(merged, stream, known);
      else if (got.seq > have.seq) {
        const tail = missed[stream]?.filter((message) => message.position.seq > have.seq);
        if (tail?.length === got.seq - have.seq) brought[stream] = tail;
        else complete = false;
      }
    }
    mirror.replace(merged, brought);
    if (!this.#told) return true;
    for (const message of [...(brought.scores ?? []), ...(brought.markets ?? [])]) messages.emit(message);
    return complete;
  }

  #receiveCommit(frame: Extract<Frame, { kind: 'commit' }>): void {
    const { mirror } = this.#options;
    const place = this.#place(frame.id, frame.stream, frame.position, frame.fresh);
    if (place === 'old') return;
    const match = frame.match === '' ? mirror.view(frame.id)?.match : parseMatch(frame.id, frame.match);
    const state = parseState(frame.stream, frame.state);
    if (place === 'gap' || match === undefined || state === undefined) {
      void this.repair(frame.id);
      return;
    }
    const { id: matchId, stream, position, message: json } = frame;
    this.committed({ match, ...state }, { matchId, stream, position, json }, frame.fresh, frame.otherSeq);
  }

  #receiveConfirm(frame: Extract<Frame, { kind: 'confirm' }>): void {
    const { id, stream, position } = frame;
    const have = this.#options.mirror.view(id)?.position[stream];
    if (have === undefined || have.seq < position.seq) {
      void this.repair(id);
      return;
    }
    const view = parseState(stream, frame.state);
    if (view) this.#options.mirror.confirm(id, stream, position, view);
  }

  #receiveMatch(frame: Extract<Frame, { kind: 'match' }>): void {
    const { mirror } = this.#options;
    const match = parseMatch(frame.id, frame.match);
    const known = mirror.view(frame.id);
    const current = known === undefined ? frame.fresh : known.position.scores.epoch === this.#epoch;
    if (match && current) mirror.putMatch(match, frame.position);
    else void this.repair(frame.id);
  }

  #place(id: MatchId, stream: Stream, position: Position, fresh: boolean): 'old' | 'next' | 'gap' {
    const have = this.#options.mirror.view(id)?.position[stream];
    if (have === undefined) return fresh ? 'next' : 'gap';
    if (have.epoch !== position.epoch) return have.epoch > position.epoch ? 'old' : 'gap';
    if (position.seq <= have.seq) return 'old';
    return position.seq === have.seq + 1 ? 'next' : 'gap';
  }

  #isPresent(epoch: string): boolean {
    if (epoch > this.#epoch) this.#options.onDoubt({ lost: false });
    return epoch === this.#epoch;
  }
}

const isView = (stored: ReturnType<typeof parseStoredView>): stored is StoredView =>
  typeof stored === 'object';

const withStream = (view: MatchView, stream: Stream, from: MatchView): MatchView => ({
  ...view,
  ...(stream === 'scores' ? { score: from.score } : { markets: from.markets }),
  position: { ...view.position, [stream]: from.position[stream] },
});

function before(stream: Stream, { epoch, seq }: Position, otherSeq: number): Record<Stream, Position> {
  const own = { epoch, seq: seq - 1 };
  const other = { epoch, seq: otherSeq };
  return stream === 'scores' ? { scores: own, markets: other } : { scores: other, markets: own };
}
