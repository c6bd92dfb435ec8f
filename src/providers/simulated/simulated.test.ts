import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { providerContract } from '../../../tests/contracts/provider-contract.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { httpHost } from '../../../tests/support/provider-host.ts';
import { sameScore } from '../../domain/score.ts';
import { hasScore, isForwardMove } from '../../domain/status.ts';
import { type EpochMs, epochMs, minutes, seconds } from '../../domain/time.ts';
import type { HttpClient } from '../../ports/http-client.ts';
import type { PollAnswer, ProviderHost } from '../../ports/provider.ts';
import { simBooks, simStadium, simWire } from './index.ts';
import { SimulatedLeague } from './league.ts';
import { sighting } from './sighting.ts';
import { BOOKS, STADIUM, type Viewpoint, WIRE } from './viewpoint.ts';

for (const definition of [simStadium, simWire, simBooks]) {
  providerContract(definition, join(import.meta.dir, 'testcases'));
}

const SETTINGS = { seed: 1, speed: 10, matches: 12, lagMs: 0 };
const DEFINITIONS = [simStadium, simWire, simBooks];
const START = epochMs(Date.parse('2026-01-03T15:00:00.000Z'));

const nobody: HttpClient = {
  getJson: () => {
    throw new Error('a simulated provider asks nobody');
  },
};
const hostAt = (clock: FakeClock): ProviderHost => httpHost(nobody, clock);

async function pollAll(clock: FakeClock, definition = simWire, settings = SETTINGS): Promise<PollAnswer[]> {
  const provider = definition.create(settings, hostAt(clock));
  const signal = new AbortController().signal;
  return Promise.all(provider.targets().map((target) => provider.poll(target, signal)));
}

describe.each(DEFINITIONS.map((definition) => ({ id: definition.id, definition })))(
  '$id',
  ({ definition }) => {
    test('two replicas are told the same', async () => {
      const early = new FakeClock();
      const one = definition.create(SETTINGS, hostAt(early));
      const signal = new AbortController().signal;
      for (const target of one.targets()) await one.poll(target, signal);
      await early.advance(minutes(20));
      const late = new FakeClock();
      await late.advance(minutes(20));
      const other = definition.create(SETTINGS, hostAt(late));
      for (const target of one.targets()) {
        expect(await one.poll(target, signal)).toEqual(await other.poll(target, signal));
      }
    });

    test('says nothing that its own door refuses, and no score before the start', async () => {
      const clock = new FakeClock();
      for (let step = 0; step < 30; step++) {
        await clock.advance(seconds(37));
        for (const answer of await pollAll(clock, definition)) {
          expect(answer.dropped).toEqual([]);
          for (const { score } of answer.statements) {
            if (score && !hasScore(score.status)) expect(score.score).toBeUndefined();
            if (score && hasScore(score.status)) expect(score.score).toBeDefined();
          }
        }
      }
    });

    test('names each match once in an answer', async () => {
      for (const { statements } of await pollAll(new FakeClock(), definition)) {
        const ids = statements.map(({ match }) => match.externalId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBeGreaterThan(0);
      }
    });
  },
);

/** Each second of ten minutes of the matches in play: what the provider says beside the truth of then. */
function* watch(view: Viewpoint, delay = 0) {
  const league = new SimulatedLeague(SETTINGS);
  for (let second = 0; second < 600; second++) {
    const now = epochMs(START + seconds(second));
    for (const { league: id } of league.competitions) {
      for (const fixture of league.around(id, now)) {
        const said = sighting(fixture, view, now, delay);
        yield { now, fixture, said, truth: fixture.timeline.at(now - fixture.startsAt) };
      }
    }
  }
}

describe('lags', () => {
  test.each([
    { view: STADIUM, expected: [0.2, 2.8] },
    { view: WIRE, expected: [2, 8] },
    { view: BOOKS, expected: [5, 16] },
  ] as const)('$view.id hears of a start after $expected seconds', ({ view, expected: [least, most] }) => {
    const waits: number[] = [];
    const waiting = new Map<string, EpochMs>();
    for (const { now, fixture, said, truth } of watch(view)) {
      if (truth.status === 'live' && said.status === 'scheduled' && !waiting.has(fixture.key))
        waiting.set(fixture.key, now);
      const since = waiting.get(fixture.key);
      if (since !== undefined && said.status === 'live') {
        waits.push((now - since) / 1_000);
        waiting.delete(fixture.key);
      }
    }
    expect(waits.length).toBeGreaterThan(3);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(mean).toBeGreaterThan(least);
    expect(mean).toBeLessThan(most);
  });

  test('`lagMs` shifts the whole picture', () => {
    const league = new SimulatedLeague(SETTINGS);
    for (const fixture of league.around('nba', START)) {
      const shifted = sighting(fixture, { ...STADIUM, repeats: 0 }, epochMs(START + 30_000), 30_000);
      const plain = sighting(fixture, { ...STADIUM, repeats: 0 }, START, 0);
      expect(shifted).toEqual(plain);
    }
  });
});

describe('mistakes', () => {
  test.each([STADIUM, WIRE, BOOKS])('$id is mostly right, sometimes wrong, and right in the end', (view) => {
    let asked = 0;
    let right = 0;
    let impossible = 0;
    for (const { fixture, said, truth } of watch(view)) {
      if (said.score === undefined) continue;
      asked++;
      if (sameScore(said.score, truth)) right++;
      const everSo = [...fixture.timeline].some((moment) => said.score && sameScore(said.score, moment));
      if (!everSo) impossible++;
      if (truth.status === 'finished' && fixture.timeline.length > 2) {
        const end = fixture.timeline.upTo(fixture.timeline.length);
        const settled = said.at - fixture.startsAt - end.at > 30_000;
        if (settled) expect(sameScore(said.score, end)).toBe(true);
      }
    }
    expect(right / asked).toBeGreaterThan(0.8);
    expect(right / asked).toBeLessThan(1);
    // A goal given to the wrong side makes a score that the match never had.
    if (view.mistaken > 0) expect(impossible).toBeGreaterThan(0);
    else expect(impossible).toBe(0);
  });

  test('an old picture is repeated now and then: statuses and scores go back, for a moment', () => {
    const last = new Map<string, { status: Parameters<typeof isForwardMove>[0]; sum: number }>();
    let back = 0;
    for (const { fixture, said } of watch({ ...WIRE, mistaken: 0 })) {
      const before = last.get(fixture.key);
      const sum = said.score ? said.score.home + said.score.away : 0;
      if (before && (sum < before.sum || !isForwardMove(before.status, said.status))) back++;
      last.set(fixture.key, { status: said.status, sum });
    }
    expect(back).toBeGreaterThan(0);
  });
});

describe('prices', () => {
  async function claims(clock: FakeClock) {
    const provider = simBooks.create(SETTINGS, hostAt(clock));
    const targets = provider.targets().filter(({ kind }) => kind === 'markets');
    const signal = new AbortController().signal;
    const answers = await Promise.all(targets.map((target) => provider.poll(target, signal)));
    return answers.flatMap(({ statements }) =>
      statements.flatMap(({ match, markets }) => (markets ?? []).map((claim) => ({ match, claim }))),
    );
  }

  test('every market is complete, above 1, with a margin for the house', async () => {
    const clock = new FakeClock();
    for (let step = 0; step < 20; step++) {
      await clock.advance(seconds(61));
      for (const { match, claim } of await claims(clock)) {
        const names = claim.quotes.map(({ outcome }) => outcome);
        const three = match.sport === 'soccer' && claim.market === 'h2h';
        if (claim.market === 'totals') expect(names).toEqual(['over', 'under']);
        else expect(names).toEqual(three ? ['home', 'draw', 'away'] : ['home', 'away']);
        expect(claim.line === undefined).toBe(claim.market === 'h2h');
        const sum = claim.quotes.reduce((total, { price }) => total + 1 / price, 0);
        for (const { price } of claim.quotes) expect(price).toBeGreaterThan(1);
        expect(sum).toBeGreaterThan(0.98);
        expect(sum).toBeLessThan(1.2);
      }
    }
  });

  test('books close round a goal and open again', async () => {
    const clock = new FakeClock();
    let closed = 0;
    let open = 0;
    for (let step = 0; step < 200; step++) {
      await clock.advance(seconds(3));
      for (const { match, claim } of await claims(clock)) {
        if (match.sport === 'basketball') expect(claim.suspended).toBe(false);
        else if (claim.suspended) closed++;
        else open++;
      }
    }
    expect(closed).toBeGreaterThan(0);
    expect(closed / (closed + open)).toBeLessThan(0.2);
  });
});
