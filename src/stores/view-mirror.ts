import { linkKey, type MatchId, type MatchLink } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { MatchView, Position, Stream } from '../domain/view.ts';
import type { ConfirmedView, LiveMessage } from '../ports/live-store.ts';
import { type LogBounds, MessageLog } from './message-log.ts';

/** One stream's new state, as a commit brings it. */
export interface StreamState extends ConfirmedView {
  readonly match: Match;
}

// For all logs together: a few matches keep their whole past, of thousands each keeps a share.
const ALL_CHARACTERS = 32 * 1024 * 1024;
const LEAST_SHARE = 4 * 1024;

interface Entry {
  view: MatchView;
  readonly logs: Readonly<Record<Stream, MessageLog>>;
}

/** Every view in memory, with its links and the newest messages of its streams. Knows nothing of where they come from. */
export class ViewMirror {
  readonly #bounds: LogBounds;
  readonly #entries = new Map<MatchId, Entry>();
  readonly #links = new Map<string, MatchId>();

  constructor(bounds: LogBounds) {
    this.#bounds = bounds;
  }

  view(id: MatchId): MatchView | undefined {
    return this.#entries.get(id)?.view;
  }

  findByLink(link: MatchLink): MatchId | undefined {
    return this.#links.get(linkKey(link));
  }

  views(): Iterable<MatchView> {
    return this.#entries.values().map((entry) => entry.view);
  }

  ids(): Iterable<MatchId> {
    return this.#entries.keys();
  }

  /** Makes the match known, at `position` when it was not, or replaces what is known of its identity. */
  putMatch(match: Match, position: Readonly<Record<Stream, Position>>): void {
    const entry = this.#entries.get(match.id);
    this.#relink(entry?.view.match, match);
    if (entry) entry.view = { ...entry.view, match };
    else this.#add({ id: match.id, match, score: null, markets: [], position });
  }

  /** Takes a committed change. The caller has made sure that it is the stream's next one. */
  apply(state: StreamState, message: LiveMessage): void {
    const { match } = state;
    const { stream, position } = message;
    const entry = this.#entries.get(match.id) ?? this.#add(blank(match, position.epoch));
    const { view } = entry;
    this.#relink(view.match, match);
    entry.view =
      stream === 'scores'
        ? {
            id: view.id,
            match,
            score: state.scores ?? view.score,
            markets: view.markets,
            position: { scores: position, markets: view.position.markets },
          }
        : {
            id: view.id,
            match,
            score: view.score,
            markets: state.markets ?? view.markets,
            position: { scores: view.position.scores, markets: position },
          };
    entry.logs[stream].append(message, this.#share());
  }

  /** Replaces a stream's state where it stands; false, and nothing done, when it stands elsewhere. */
  confirm(id: MatchId, stream: Stream, at: Position, state: ConfirmedView): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined || !samePosition(entry.view.position[stream], at)) return false;
    entry.view =
      stream === 'scores'
        ? { ...entry.view, score: state.scores ?? entry.view.score }
        : { ...entry.view, markets: state.markets ?? entry.view.markets };
    return true;
  }

  /**
   * Takes a view read elsewhere, with what each stream brought since the view known here. A log that would have a gap
   * is emptied.
   */
  replace(view: MatchView, brought: Partial<Record<Stream, readonly LiveMessage[]>> = {}): void {
    const entry = this.#entries.get(view.id);
    this.#relink(entry?.view.match, view.match);
    const logs = (entry ?? this.#add(view)).logs;
    for (const stream of ['scores', 'markets'] as const) {
      const moved = !samePosition(
        view.position[stream],
        entry?.view.position[stream] ?? view.position[stream],
      );
      if (moved && brought[stream] === undefined) logs[stream].clear();
      for (const message of brought[stream] ?? []) logs[stream].append(message, this.#share());
    }
    if (entry) entry.view = view;
  }

  drop(id: MatchId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    for (const link of entry.view.match.links) this.#unlink(link, id);
    this.#entries.delete(id);
  }

  /** What followed `after`, oldest first; `undefined` when the log here does not tell. */
  since(id: MatchId, stream: Stream, after: Position): LiveMessage[] | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const { epoch, seq } = entry.view.position[stream];
    if (after.epoch !== epoch || !Number.isInteger(after.seq) || after.seq < 0 || after.seq > seq)
      return undefined;
    return entry.logs[stream].newest(seq - after.seq);
  }

  #share(): number {
    return Math.max(LEAST_SHARE, ALL_CHARACTERS / (2 * this.#entries.size));
  }

  #add(view: MatchView): Entry {
    const entry = {
      view,
      logs: { scores: new MessageLog(this.#bounds), markets: new MessageLog(this.#bounds) },
    };
    this.#entries.set(view.id, entry);
    this.#relink(undefined, view.match);
    return entry;
  }

  #relink(before: Match | undefined, match: Match): void {
    if (before?.links === match.links) return;
    for (const link of before?.links ?? []) this.#unlink(link, match.id);
    for (const link of match.links) this.#links.set(linkKey(link), match.id);
  }

  // A link that has moved to another match in the meantime stays there.
  #unlink(link: MatchLink, id: MatchId): void {
    const key = linkKey(link);
    if (this.#links.get(key) === id) this.#links.delete(key);
  }
}

export const samePosition = (a: Position, b: Position): boolean => a.seq === b.seq && a.epoch === b.epoch;

const blank = (match: Match, epoch: string): MatchView => ({
  id: match.id,
  match,
  score: null,
  markets: [],
  position: { scores: { epoch, seq: 0 }, markets: { epoch, seq: 0 } },
});
