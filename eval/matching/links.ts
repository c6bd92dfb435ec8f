import type { MatchId } from '../../src/domain/ids.ts';
import type { Place } from './linker.ts';

/** Two events that were said to be one match; `a` is before `b` in the order of letters. */
export interface Link {
  readonly a: string;
  readonly b: string;
  readonly p: number;
  readonly swapped: boolean;
}

/** Every pair of events that came to belong to one match, in the order of letters. */
export function linksOf(places: ReadonlyMap<string, Place>): Link[] {
  const groups = new Map<MatchId, [string, Place][]>();
  for (const placed of places) {
    const group = groups.get(placed[1].matchId);
    if (group) group.push(placed);
    else groups.set(placed[1].matchId, [placed]);
  }
  const links: Link[] = [];
  for (const group of groups.values()) {
    group.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [at, [a, one]] of group.entries())
      for (const [b, other] of group.slice(at + 1)) {
        // Each is as sure as its own way into the match.
        const p = round(one.probability * other.probability);
        links.push({ a, b, p, swapped: one.swapped !== other.swapped });
      }
  }
  return links.sort((x, y) => (x.a < y.a || (x.a === y.a && x.b < y.b) ? -1 : 1));
}

const round = (p: number): number => Math.round(p * 1e7) / 1e7;
