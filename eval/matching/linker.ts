import { ownTime } from '../../bench/own-time.ts';
import type { MatchId } from '../../src/domain/ids.ts';
import type { Match } from '../../src/domain/match.ts';
import { epochMs } from '../../src/domain/time.ts';
import type { AliasTable } from '../../src/matching/alias-table.ts';
import { MatchIndex } from '../../src/matching/match-index.ts';
import { joinMatches, newMatch, withLink } from '../../src/matching/new-match.ts';
import type { SameMatch } from '../../src/matching/reconsider.ts';
import type { PoolEvent } from './pool.ts';

/** Which of our matches an event came to belong to, how sure that is, and whether it has the sides the other way round. */
export interface Place {
  readonly matchId: MatchId;
  readonly swapped: boolean;
  readonly probability: number;
}

/** So many events come between two looks at what was kept apart, as if they came in some minutes. */
const RECONSIDER_EVERY = 2_000;

/** Takes events in, one at a time, as the road from observation to view does. */
export class Linker {
  readonly index: MatchIndex;
  readonly places = new Map<string, Place>();
  /** What each event took, in µs. */
  readonly times: number[] = [];
  readonly reconsidered = { runs: 0, joined: 0, ms: 0, longestStepMs: 0 };
  #taken = 0;

  constructor(aliases: AliasTable) {
    this.index = new MatchIndex({ aliases });
  }

  take({ id, source: provider, reference }: PoolEvent): void {
    const from = ownTime();
    const decision = this.index.resolve(provider, reference);
    if (decision.kind === 'same') {
      const { matchId, swapped, probability } = decision;
      const match = this.index.get(matchId) as Match;
      const link = { provider, externalId: reference.externalId };
      this.index.update(withLink(match, link, reference), { provider, reference, swapped });
      this.places.set(id, { matchId, swapped, probability });
    } else if (decision.kind === 'new') {
      const match = newMatch(provider, reference, epochMs(this.#taken));
      this.index.add(match);
      this.places.set(id, { matchId: match.id, swapped: false, probability: 1 });
    }
    this.times.push((ownTime() - from) * 1e3);
    if (++this.#taken % RECONSIDER_EVERY === 0) this.reconsider();
  }

  /** Looks again at what was kept apart. */
  reconsider(): void {
    const here = new Map<MatchId, string[]>();
    for (const [id, { matchId }] of this.places) {
      const ids = here.get(matchId);
      if (ids) ids.push(id);
      else here.set(matchId, [id]);
    }
    const { reconsidered } = this;
    reconsidered.runs++;
    let from = ownTime();
    for (const same of this.index.reconsider()) {
      if (same) this.#join(same, here);
      const step = ownTime() - from;
      reconsidered.ms += step;
      reconsidered.longestStepMs = Math.max(reconsidered.longestStepMs, step);
      from = ownTime();
    }
  }

  #join(same: SameMatch, here: Map<MatchId, string[]>): void {
    const { keep, other, swapped, probability } = same;
    this.index.join(joinMatches(this.index.get(keep) as Match, this.index.get(other) as Match), same);
    this.reconsidered.joined++;
    const ids = here.get(other) ?? [];
    for (const id of ids) {
      const place = this.places.get(id) as Place;
      this.places.set(id, {
        matchId: keep,
        swapped: place.swapped !== swapped,
        probability: Math.min(place.probability, probability),
      });
    }
    here.set(keep, [...(here.get(keep) ?? []), ...ids]);
  }
}
