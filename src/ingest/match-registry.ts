import type { MatchId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { Observation } from '../domain/observation.ts';
import { after, type EpochMs, hours, type Millis } from '../domain/time.ts';
import { MatchIndex } from '../matching/match-index.ts';
import { newMatch, withLink } from '../matching/new-match.ts';
import type { History } from '../ports/history.ts';
import type { LiveStore } from '../ports/live-store.ts';
import { MatchState } from './match-state.ts';

export interface Placed {
  readonly state: MatchState;
  /** The source has home and away the other way round than the match. */
  readonly swapped: boolean;
}

export interface MatchRegistryOptions {
  readonly live: LiveStore;
  readonly history: Pick<History, 'matches' | 'keepMatch'>;
  readonly fence: () => number;
  /** A match was made although another was close to being the same: a pair for a person to judge. */
  readonly onReview: (match: Match, candidates: readonly MatchId[]) => void;
  /** The store was away when a match was made known to it; the next commit carries the match again. */
  readonly onFault: (error: unknown) => void;
}

// Matching has to know what sources may still speak of: yesterday's matches, and those under way for days.
const REMEMBER: Millis = hours(48);

/** Which match an observation speaks of: the index, the states, and their keeping. */
export class MatchRegistry {
  readonly #options: MatchRegistryOptions;
  readonly #states = new Map<MatchId, MatchState>();
  #index = new MatchIndex();

  constructor(options: MatchRegistryOptions) {
    this.#options = options;
  }

  /** Begins again from what the stores know: after a start, and when this replica becomes the leader. */
  async load(now: EpochMs): Promise<void> {
    const { live, history, onFault } = this.#options;
    const known = await history.matches(after(now, -REMEMBER)).catch((error) => {
      // Without Postgres a match that is not live any more may get a second id; better than to stand still.
      onFault(error);
      return [];
    });
    this.#states.clear();
    this.#index = new MatchIndex();
    for (const match of known) this.#remember(match);
    // What is served wins over what was kept: history is written a moment later.
    for (const { match, score } of live.views()) this.#remember(match).marks = score?.events;
  }

  states(): Iterable<MatchState> {
    return this.#states.values();
  }

  get size(): number {
    return this.#states.size;
  }

  state(id: MatchId): MatchState | undefined {
    return this.#states.get(id);
  }

  /** Finds or makes the match of an observation; `undefined` when only a link that we do not have could tell. */
  place(observation: Observation): Placed | undefined {
    const { provider, match: reference, receivedAt } = observation;
    if (reference.matchId !== undefined) {
      const state = this.#states.get(reference.matchId);
      return state && { state, swapped: this.#index.isSwapped(reference.matchId, reference) };
    }
    const decision = this.#index.resolve(provider, reference);
    switch (decision.kind) {
      case 'linked':
      case 'same': {
        const state = this.#states.get(decision.matchId);
        if (!state) return undefined;
        const match = withLink(state.match, { provider, externalId: reference.externalId }, reference);
        if (match !== state.match) {
          state.match = match;
          this.#index.update(match);
          this.#keep(match);
        }
        return { state, swapped: decision.swapped };
      }
      case 'new': {
        const match = newMatch(provider, reference, receivedAt);
        const candidates = decision.review.map((candidate) => candidate.matchId);
        if (candidates.length > 0) this.#options.onReview(match, candidates);
        return { state: this.adopt(match), swapped: false };
      }
      case 'unresolvable':
        return undefined;
    }
  }

  /** Takes in a match that did not come from matching. */
  adopt(match: Match): MatchState {
    const state = this.#remember(match);
    this.#keep(match);
    return state;
  }

  forget(id: MatchId): void {
    this.#states.delete(id);
    this.#index.remove(id);
  }

  #remember(match: Match): MatchState {
    const before = this.#states.get(match.id);
    const state = before ?? new MatchState(match);
    state.match = match;
    this.#states.set(match.id, state);
    if (before) this.#index.update(match);
    else this.#index.add(match);
    return state;
  }

  #keep(match: Match): void {
    const { live, history, fence, onFault } = this.#options;
    history.keepMatch(match);
    live.putMatch(match, fence()).catch(onFault);
  }
}
