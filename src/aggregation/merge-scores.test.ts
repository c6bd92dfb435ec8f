import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { matchId, providerId } from '../domain/ids.ts';
import type { Match } from '../domain/match.ts';
import type { Correction } from '../domain/messages.ts';
import type { Observation } from '../domain/observation.ts';
import { MATCH_STATUSES, type MatchStatus } from '../domain/status.ts';
import { type EpochMs, epochMs, minutes, seconds } from '../domain/time.ts';
import type { ScoreView } from '../domain/view.ts';
import { type MergedScore, mergeScores } from './merge-scores.ts';
import { defaultPolicy, type MergePolicy } from './policy.ts';
import { noteScore, type SourceClaim } from './source-claims.ts';

const KICK_OFF = Date.UTC(2026, 0, 3, 15);

const match: Match = {
  id: matchId('m1'),
  sport: 'soccer',
  league: 'epl',
  leagueName: 'Premier League',
  home: { name: 'Ashford' },
  away: { name: 'Brampton' },
  startsAt: epochMs(KICK_OFF),
  startPrecision: 'minute',
  links: [],
  createdAt: epochMs(0),
};

interface Said {
  readonly status?: MatchStatus;
  readonly period?: string;
  readonly clock?: string;
  readonly statedAt?: EpochMs;
}

/** A match followed from second to second: what is said goes in, views and corrections come out. */
class Follower {
  view: ScoreView | null = null;
  last: MergedScore | undefined;
  readonly corrections: Correction[] = [];
  readonly claims = new Map<string, SourceClaim>();
  readonly policy: MergePolicy;
  #now = KICK_OFF + minutes(10);

  constructor(policy: MergePolicy = defaultPolicy) {
    this.policy = policy;
  }

  get now(): EpochMs {
    return epochMs(this.#now);
  }

  wait(span: number): void {
    this.#now += span;
    this.merge();
  }

  /** `says('a b', '1-0')`: both sources say it at this instant, then time passes a second. */
  says(sources: string, score: string | null, { status = 'live', statedAt, period, clock }: Said = {}): void {
    for (const source of sources.split(' ')) {
      const [home, away] = (score ?? '').split('-').map(Number);
      const observation: Observation = {
        match: { externalId: 'x', sport: 'soccer' },
        provider: providerId(source),
        requestedAt: this.now,
        receivedAt: this.now,
        ...(statedAt === undefined ? {} : { statedAt }),
        score: {
          status,
          ...(score === null ? {} : { score: { home: home!, away: away! } }),
          ...(period === undefined ? {} : { period }),
          ...(clock === undefined ? {} : { clock: { display: clock } }),
        },
      };
      const claim = noteScore(this.claims.get(source), observation);
      if (claim) this.claims.set(source, claim);
    }
    this.merge();
    this.#now += seconds(1);
  }

  merge(): void {
    const claims = [...this.claims.values()];
    this.last = mergeScores({ match, previous: this.view, claims, now: this.now, policy: this.policy });
    this.view = this.last.view;
    if (this.last.correction) this.corrections.push(this.last.correction);
  }

  get shown(): string {
    const { score, status } = this.view!;
    return score === null ? status : `${status} ${score.home}-${score.away}`;
  }
}

/** Sources `a`, `b`, … at 1-0 for some time. */
function atOneNil(sources: string): Follower {
  const follower = new Follower();
  follower.says(sources, '0-0');
  for (let round = 0; round < 6; round++) {
    follower.wait(seconds(10));
    follower.says(sources, '1-0');
  }
  expect(follower.shown).toBe('live 1-0');
  return follower;
}

describe('the duel of true and false regress', () => {
  test('a lone 1→0→1 among three is not believed', () => {
    const follower = atOneNil('a b c');
    follower.says('c', '0-0');
    expect(follower.shown).toBe('live 1-0');
    for (let round = 0; round < 6; round++) {
      follower.says('a b', '1-0');
      follower.wait(seconds(10));
      follower.says('c', '0-0');
      expect(follower.shown).toBe('live 1-0');
    }
    follower.says('c', '1-0');
    expect(follower.shown).toBe('live 1-0');
    expect(follower.corrections).toEqual([]);
  });

  test('a video review is taken as soon as two of three went back, and is said', () => {
    const follower = atOneNil('a b c');
    follower.says('a', '0-0');
    expect(follower.shown).toBe('live 1-0');
    follower.says('b', '0-0');
    expect(follower.shown).toBe('live 0-0');
    expect(follower.corrections).toEqual([
      {
        from: { score: { home: 1, away: 0 }, status: 'live' },
        to: { score: { home: 0, away: 0 }, status: 'live' },
        why: 'source_corrected',
      },
    ]);
    for (let round = 0; round < 6; round++) {
      follower.says('c', '1-0');
      follower.says('a b', '0-0');
      expect(follower.shown).toBe('live 0-0');
    }
    follower.says('c', '0-0');
    expect(follower.corrections).toHaveLength(1);
  });

  test('with two of six it is carried too', () => {
    const follower = atOneNil('a b c d e f');
    follower.says('a d', '0-0');
    expect(follower.shown).toBe('live 0-0');
  });

  test('a single source is believed on a step back once it has repeated it for the time of the policy', () => {
    const follower = atOneNil('a');
    follower.says('a', '0-0');
    expect(follower.shown).toBe('live 1-0');
    expect(follower.last?.reconsiderAt).toBeDefined();
    for (let round = 0; round < 2; round++) {
      follower.wait(seconds(9));
      follower.says('a', '0-0');
    }
    follower.wait(seconds(8));
    expect(follower.shown).toBe('live 1-0');
    follower.wait(seconds(1));
    expect(follower.shown).toBe('live 0-0');
    expect(follower.corrections).toHaveLength(1);
  });

  test('a single source that flaps changes nothing', () => {
    const follower = atOneNil('a');
    for (let round = 0; round < 5; round++) {
      follower.says('a', '0-0');
      follower.wait(seconds(5));
      follower.says('a', '1-0');
      follower.wait(seconds(5));
    }
    expect(follower.shown).toBe('live 1-0');
    expect(follower.corrections).toEqual([]);
  });

  for (const [name, before, back] of [
    ['IN→PRE', 'live', 'scheduled'],
    ['FT→PRE', 'finished', 'scheduled'],
    ['FT→IN', 'finished', 'live'],
  ] as const)
    test(`a lone ${name} is not believed`, () => {
      const follower = atOneNil('a b c');
      follower.says('a b c', '1-0', { status: before });
      expect(follower.view?.status).toBe(before);
      for (let round = 0; round < 8; round++) {
        follower.says('b', back === 'scheduled' ? '0-0' : '1-0', { status: back });
        follower.wait(seconds(8));
        follower.says('a c', '1-0', { status: before });
        expect(follower.shown).toBe(`${before} 1-0`);
      }
      expect(follower.corrections).toEqual([]);
    });

  test('a match that was called off after the start is a correction of its status', () => {
    const follower = atOneNil('a b');
    follower.says('a b', null, { status: 'scheduled' });
    expect(follower.shown).toBe('scheduled');
    expect(follower.corrections.map(({ why }) => why)).toEqual(['status_reverted']);
  });

  test('a source stuck at the old score neither holds up nor takes back a goal', () => {
    const follower = atOneNil('a b c');
    follower.says('a', '2-0');
    expect(follower.shown).toBe('live 2-0');
    follower.wait(seconds(10));
    follower.says('b', '2-0');
    for (let round = 0; round < 30; round++) {
      follower.wait(seconds(10));
      follower.says('a b', '2-0');
      follower.says('c', '1-0');
      expect(follower.shown).toBe('live 2-0');
    }
    expect(follower.corrections).toEqual([]);
  });

  test('a source that catches up through old scores is late, not wrong', () => {
    const follower = new Follower();
    follower.says('a b slow', '0-0');
    follower.says('a b', '1-0');
    follower.wait(seconds(5));
    follower.says('a b', '2-0');
    follower.wait(seconds(20));
    follower.says('slow', '1-0');
    expect(follower.shown).toBe('live 2-0');
    follower.wait(seconds(20));
    follower.says('slow', '2-0');
    expect(follower.corrections).toEqual([]);
    expect(follower.view!.confidence).toBeGreaterThan(0.99);
  });

  test('a goal that one source made up is taken back when nobody follows', () => {
    const follower = atOneNil('a b c d');
    follower.says('d', '2-0');
    expect(follower.shown).toBe('live 2-0');
    let rounds = 0;
    while (follower.shown === 'live 2-0' && rounds++ < 30) {
      follower.wait(seconds(5));
      follower.says('a b c', '1-0');
      follower.says('d', '2-0');
    }
    expect(follower.shown).toBe('live 1-0');
    expect(follower.corrections).toHaveLength(1);
    for (let round = 0; round < 20; round++) {
      follower.wait(seconds(5));
      follower.says('a b c', '1-0');
      follower.says('d', '2-0');
    }
    expect(follower.corrections).toHaveLength(1);
  });
});

describe('a view', () => {
  test('takes a goal from the first who says it', () => {
    const follower = new Follower();
    follower.says('a b c d e f', '0-0');
    follower.says('d', '1-0');
    expect(follower.shown).toBe('live 1-0');
    expect(
      follower.view!.sources.filter(({ agrees }) => agrees).map(({ provider }) => String(provider)),
    ).toEqual(['d']);
  });

  test('is surer the more agree, less sure when they differ, and fades in silence', () => {
    const alone = new Follower();
    alone.says('a', '1-0');
    const both = new Follower();
    both.says('a b', '1-0');
    const apart = new Follower();
    apart.says('a', '1-0');
    apart.says('b', '0-1');
    expect(alone.view!.confidence).toBeGreaterThan(0.7);
    expect(alone.view!.confidence).toBeLessThan(defaultPolicy.defaultReliability);
    expect(both.view!.confidence).toBeGreaterThan(alone.view!.confidence + 0.05);
    expect(apart.view!.confidence).toBeLessThan(alone.view!.confidence);
    both.wait(minutes(2));
    expect(both.view!.confidence).toBeLessThan(0.5);
  });

  test('keeps the goals of a shoot-out apart', () => {
    const follower = new Follower();
    const observation: Observation = {
      match: { externalId: 'x', sport: 'soccer' },
      provider: providerId('a'),
      requestedAt: follower.now,
      receivedAt: follower.now,
      score: { status: 'finished', score: { home: 3, away: 3 }, shootout: { home: 4, away: 2 } },
    };
    follower.claims.set('a', noteScore(undefined, observation)!);
    follower.merge();
    expect(follower.view).toMatchObject({ score: { home: 3, away: 3 }, shootout: { home: 4, away: 2 } });
  });

  test('shows no score before the start, whatever zeros are on the wire', () => {
    const follower = new Follower();
    follower.says('a', '0-0', { status: 'scheduled' });
    expect(follower.view).toMatchObject({ status: 'scheduled', score: null, period: null, clock: null });
  });

  test('keeps the score of a match that is postponed in play', () => {
    const follower = atOneNil('a');
    follower.says('a', '1-0', { status: 'suspended' });
    follower.says('a', null, { status: 'postponed' });
    expect(follower.shown).toBe('postponed 1-0');
    expect(follower.corrections).toEqual([]);
  });

  test('tells a silent feed and an unconfirmed kick-off', () => {
    const follower = new Follower();
    follower.says('a', null, { status: 'scheduled' });
    expect(follower.view!.stale).toBeNull();
    expect(follower.last!.reconsiderAt).toBe(epochMs(KICK_OFF + minutes(15)));
    follower.wait(minutes(5));
    expect(follower.view!.stale).toBe('kickoff_unconfirmed');
    follower.says('a', '0-0');
    expect(follower.view!.stale).toBeNull();
    const heardAt = follower.view!.updatedAt;
    expect(follower.last!.reconsiderAt).toBe(epochMs(heardAt + defaultPolicy.horizon.live + 1));
    follower.wait(defaultPolicy.horizon.live - seconds(1));
    expect(follower.view!.stale).toBeNull();
    follower.wait(1);
    expect(follower.view!.stale).toBe('sources_silent');
    expect(follower.last!.changed).toBe(true);
    expect(follower.shown).toBe('live 0-0');
  });

  test('is not stale once the match is over', () => {
    const follower = atOneNil('a');
    follower.says('a', '1-0', { status: 'finished' });
    follower.wait(minutes(600));
    expect(follower.view).toMatchObject({ stale: null, status: 'finished', clock: null });
  });

  test('takes the clock from one source as long as it is fresh', () => {
    const follower = new Follower();
    follower.says('a', '0-0', { period: '1st Half', clock: "10'" });
    follower.says('b', '0-0', { period: '1st Half', clock: '10:40' });
    expect(follower.view!.clock).toBe("10'");
    follower.says('b', '0-0', { period: '2nd Half', clock: '46:00' });
    expect(follower.view).toMatchObject({ period: '2nd Half', clock: '46:00' });
    follower.says('a', '0-0', { period: '2nd Half', clock: "46'" });
    expect(follower.view!.clock).toBe("46'");
    follower.wait(defaultPolicy.clockFresh);
    follower.says('b', '0-0', { period: '2nd Half', clock: '47:00' });
    expect(follower.view!.clock).toBe('47:00');
  });

  test('says what a fresh final word says, over any number of sources', () => {
    const follower = new Follower({ ...defaultPolicy, authority: new Map([[providerId('desk'), 1]]) });
    follower.says('a b c', '1-0');
    follower.says('desk', '0-0');
    expect(follower.shown).toBe('live 0-0');
    expect(follower.corrections.map(({ why }) => why)).toEqual(['authority_corrected']);
    follower.says('a b c', '1-0');
    expect(follower.shown).toBe('live 0-0');
  });

  test('does not change by a repetition, and keeps the time of its last change', () => {
    const follower = atOneNil('a b');
    const { updatedAt } = follower.view!;
    follower.says('a', '1-0');
    expect(follower.last!.changed).toBe(false);
    expect(follower.view!.updatedAt).toBe(updatedAt);
    expect(follower.view!.sources[0]!.observedAt).toBeGreaterThan(updatedAt);
  });

  test('without any claim keeps what there was', () => {
    const follower = atOneNil('a');
    follower.claims.clear();
    follower.wait(seconds(1));
    expect(follower.shown).toBe('live 1-0');
    expect(follower.view!.stale).toBe('sources_silent');
  });
});

describe('properties', () => {
  const PROVIDERS = ['a', 'b', 'c', 'd', 'e'];
  const scene = fc.array(
    fc.record({
      provider: fc.constantFrom(...PROVIDERS),
      status: fc.oneof(
        { weight: 6, arbitrary: fc.constant<MatchStatus>('live') },
        { weight: 1, arbitrary: fc.constantFrom(...MATCH_STATUSES) },
      ),
      home: fc.nat(2),
      away: fc.nat(1),
      gap: fc.constantFrom(0, 1_000, 8_000, 40_000),
    }),
    { minLength: 1, maxLength: 25 },
  );

  const play = (
    steps: readonly { provider: string; status: MatchStatus; home: number; away: number; gap: number }[],
  ) => {
    const follower = new Follower();
    const views: ScoreView[] = [];
    for (const { provider, status, home, away, gap } of steps) {
      follower.wait(gap);
      follower.says(provider, `${home}-${away}`, { status });
      views.push(follower.view!);
    }
    return { follower, views };
  };

  test('a view never goes back without a correction', () => {
    fc.assert(
      fc.property(scene, (steps) => {
        const follower = new Follower();
        for (const { provider, status, home, away, gap } of steps) {
          const before = follower.view?.score ?? null;
          const said = follower.corrections.length;
          follower.wait(gap);
          follower.says(provider, `${home}-${away}`, { status });
          const score = follower.view!.score;
          const wentBack = before && (!score || score.home < before.home || score.away < before.away);
          if (wentBack) expect(follower.corrections.length).toBeGreaterThan(said);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the order of claims and duplicates change nothing; confidence is inside (0, 1)', () => {
    fc.assert(
      fc.property(scene, fc.integer(), (steps, seed) => {
        const { follower } = play(steps);
        const claims = [...follower.claims.values()];
        const input = { match, previous: follower.view, now: follower.now, policy: defaultPolicy };
        const straight = mergeScores({ ...input, claims });
        const shuffled = [...claims, ...claims].sort(
          (a, b) => ((a.since * 31 + seed) % 7) - ((b.since * 31 + seed) % 7),
        );
        expect(mergeScores({ ...input, claims: shuffled })).toEqual(straight);
        expect(straight.view.confidence).toBeGreaterThan(0);
        expect(straight.view.confidence).toBeLessThan(1);
      }),
      { numRuns: 300 },
    );
  });

  test('to lose a source never makes us surer of what it said', () => {
    fc.assert(
      fc.property(scene, (steps) => {
        const { follower } = play(steps);
        const { now } = follower;
        const claims = [...follower.claims.values()];
        for (const previous of [null, follower.view]) {
          const input = { match, previous, now, policy: { ...defaultPolicy, confidenceStep: 0 } };
          const all = mergeScores({ ...input, claims }).view;
          for (const lost of all.sources) {
            if (!lost.agrees) continue;
            const rest = claims.filter(({ provider }) => provider !== lost.provider);
            const without = mergeScores({ ...input, claims: rest }).view;
            if (without.status !== all.status || !Bun.deepEquals(without.score, all.score)) continue;
            expect(without.confidence).toBeLessThanOrEqual(all.confidence);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('merging again at the same instant changes nothing', () => {
    fc.assert(
      fc.property(scene, (steps) => {
        const { follower } = play(steps);
        const claims = [...follower.claims.values()];
        const input = { match, claims, now: follower.now, policy: defaultPolicy };
        const once = mergeScores({ ...input, previous: follower.view });
        const twice = mergeScores({ ...input, previous: once.view });
        expect(twice.changed).toBe(false);
        expect(twice.correction).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });
});
