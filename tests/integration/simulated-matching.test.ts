import { expect, test } from 'bun:test';
import { type MatchId, matchId } from '../../src/domain/ids.ts';
import type { Match } from '../../src/domain/match.ts';
import type { Statement } from '../../src/domain/observation.ts';
import { minutes } from '../../src/domain/time.ts';
import { MatchIndex } from '../../src/matching/match-index.ts';
import type { Provider, ProviderDefinition } from '../../src/ports/provider.ts';
import { simBooks, simStadium, simWire } from '../../src/providers/simulated/index.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { httpHost } from '../support/provider-host.ts';

const SETTINGS = { seed: 1, speed: 10, matches: 60, lagMs: 0 };

/** Which match of the simulation it is: behind the provider's own prefix. */
const truth = ({ match }: Statement): string => match.externalId.slice(match.externalId.indexOf('-') + 1);

function newMatch(
  id: MatchId,
  provider: ProviderDefinition['id'],
  { match }: Statement,
  at: FakeClock,
): Match {
  const { competitors, startsAt } = match;
  if (!competitors || startsAt === undefined) throw new Error('a simulated match says who plays, and when');
  return {
    id,
    sport: match.sport,
    league: match.league ?? 'unknown',
    leagueName: match.leagueName ?? '',
    ...competitors,
    startsAt,
    startPrecision: 'minute',
    links: [{ provider, externalId: match.externalId }],
    createdAt: at.now(),
  };
}

test('hours of the simulated league: each match is recognised in all its spellings, and never as another', async () => {
  const clock = new FakeClock();
  const http = { getJson: () => Promise.reject(new Error('nobody is asked')) };
  const providers: [ProviderDefinition['id'], Provider][] = [simStadium, simWire, simBooks].map(
    (definition) => [definition.id, definition.create(SETTINGS, httpHost(http, clock))],
  );
  const index = new MatchIndex();
  const truths = new Map<MatchId, string>();
  const wrong: string[] = [];
  for (let step = 0; step < 40; step++) {
    await clock.advance(minutes(5));
    for (const [id, provider] of providers) {
      for (const target of provider.targets().filter(({ kind }) => kind === 'scores')) {
        const { statements } = await provider.poll(target, new AbortController().signal);
        for (const statement of statements) {
          const decision = index.resolve(id, statement.match);
          if (decision.kind === 'new') {
            const known = matchId(`m${truths.size}`);
            truths.set(known, truth(statement));
            index.add(newMatch(known, id, statement, clock));
          } else if (decision.kind === 'same') {
            if (truths.get(decision.matchId) !== truth(statement)) wrong.push(truth(statement));
            const match = index.get(decision.matchId) as Match;
            const link = { provider: id, externalId: statement.match.externalId };
            index.update({ ...match, links: [...match.links, link] });
          } else if (decision.kind === 'unresolvable') wrong.push(truth(statement));
        }
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(truths.size).toBeGreaterThan(500);
  expect(new Set(truths.values()).size).toBe(truths.size);
});
