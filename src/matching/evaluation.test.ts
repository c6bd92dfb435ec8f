import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MatchId, providerId } from '../domain/ids.ts';
import type { SportId } from '../domain/sports/index.ts';
import { epochMs } from '../domain/time.ts';
import { MatchIndex } from './match-index.ts';
import { newMatch, withLink } from './new-match.ts';

// Evaluation data that is never part of the product: without the folder there is nothing to test here.
const folder = join(import.meta.dir, '../../../shared/eval/matching');

interface Fixture {
  readonly source: string;
  readonly sport: SportId;
  readonly league: string;
  readonly id: string;
  readonly home: string;
  readonly away: string;
  readonly kickoff: string;
  readonly precision: 'minute' | 'day' | 'week';
}

interface Pool {
  readonly events: readonly Fixture[];
  readonly truth: readonly { readonly a: string; readonly b: string }[];
}

/** A fixed shuffle: by a hash of the id. */
const shuffled = (events: readonly Fixture[]): Fixture[] =>
  [...events].sort((a, b) => Number(BigInt(Bun.hash(a.id)) - BigInt(Bun.hash(b.id)) > 0n) * 2 - 1);

/** Which of our matches each fixture came to belong to. */
function link(events: readonly Fixture[]): Map<string, MatchId> {
  const index = new MatchIndex();
  const matches = new Map<string, MatchId>();
  for (const { id, source, sport, league, home, away, kickoff, precision } of shuffled(events)) {
    if (precision === 'week') continue;
    const provider = providerId(source);
    const reference = {
      externalId: id,
      sport,
      leagueName: league,
      competitors: { home: { name: home }, away: { name: away } },
      startsAt: epochMs(Date.parse(precision === 'day' ? `${kickoff}T00:00Z` : kickoff)),
      startPrecision: precision,
    };
    const decision = index.resolve(provider, reference);
    if (decision.kind === 'same') {
      index.update(withLink(index.get(decision.matchId)!, { provider, externalId: id }, reference));
      matches.set(id, decision.matchId);
    } else if (decision.kind === 'new') {
      const match = newMatch(provider, reference, epochMs(0));
      index.add(match);
      matches.set(id, match.id);
    }
  }
  return matches;
}

if (existsSync(folder))
  describe('evaluation data', () => {
    const pools = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name): Pool => JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const events = pools.flatMap((pool) => pool.events);
    const truth = pools.flatMap((pool) => pool.truth);
    const matches = link(events);

    test('no decoy is linked to anything', () => {
      const decoys = events.filter(({ source }) => source === 'decoy');
      const decoyMatches = new Map(decoys.map(({ id }) => [matches.get(id), id]));
      const crossed = events.filter(
        ({ id, source }) => source !== 'decoy' && decoyMatches.has(matches.get(id)),
      );
      expect(decoys.length).toBeGreaterThan(0);
      expect(crossed).toEqual([]);
      expect(decoyMatches.size).toBe(decoys.length);
    });

    test('what is linked belongs together, and most of what belongs together is linked', () => {
      const root = new Map<string, string>();
      const find = (id: string): string => {
        const parent = root.get(id);
        return parent === undefined ? id : find(parent);
      };
      for (const { a, b } of truth) if (find(a) !== find(b)) root.set(find(a), find(b));
      const groups = Map.groupBy(matches, ([, match]) => match);
      const wrong = [...groups.values()].filter((group) => new Set(group.map(([id]) => find(id))).size > 1);
      expect(wrong).toEqual([]);

      const judged = truth.filter(({ a, b }) => matches.has(a) && matches.has(b));
      const found = judged.filter(({ a, b }) => matches.get(a) === matches.get(b));
      expect(judged.length).toBeGreaterThan(0);
      expect(found.length / judged.length).toBeGreaterThan(0.99);
    });
  });
