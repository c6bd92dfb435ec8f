import { Calendar, timeRelation } from './calendar.ts';
import { carriesExtra } from './extra-words.ts';
import type { Roster } from './roster.ts';
import type { Saying } from './saying.ts';

/** A match of the other source at the time of one of ours. */
export interface Coincidence {
  readonly theirs: Saying;
  /** `one`: linked already; `open`: may be the same; `other`: a side that plays in both would have to be in two places. */
  readonly kind: 'one' | 'open' | 'other';
}

/** Which matches of two sources' rosters coincide; each looked up once. */
export class Coincidences {
  readonly #other: Roster;
  readonly #calendar: Calendar;
  readonly #known = new Map<Saying, readonly Coincidence[]>();

  constructor(other: Roster) {
    this.#other = other;
    this.#calendar = new Calendar(other.sport, other.sayings);
  }

  of(mine: Saying): readonly Coincidence[] {
    let known = this.#known.get(mine);
    if (!known) {
      known = [...this.#look(mine)];
      this.#known.set(mine, known);
    }
    return known;
  }

  *#look(mine: Saying): Generator<Coincidence> {
    const linked = saysToo(mine, this.#other);
    for (const theirs of this.#calendar.around(mine.entry.start)) {
      if (theirs === linked) {
        yield { theirs, kind: 'one' };
        continue;
      }
      const relation = timeRelation(mine, theirs);
      if (relation === 'apart' || carriesExtra(mine, theirs, false)) continue;
      yield { theirs, kind: relation === 'near' && !linked && mayBeOne(mine, theirs) ? 'open' : 'other' };
    }
  }
}

/** What the other roster's source calls the same match, where it is linked. */
export const saysToo = ({ entry }: Saying, other: Roster): Saying | undefined =>
  entry.sayings.find(({ provider }) => provider === other.provider);

/** Whether two matches can still become one: alike in qualifiers, and no source names both. */
function mayBeOne(mine: Saying, theirs: Saying): boolean {
  if (mine.entry === theirs.entry) return false;
  if (mine.fixture.homeQualifiers !== theirs.fixture.homeQualifiers) return false;
  if (mine.fixture.awayQualifiers !== theirs.fixture.awayQualifiers) return false;
  const { links } = theirs.entry.match;
  return mine.entry.match.links.every((link) => links.every((their) => their.provider !== link.provider));
}
