import { describe, expect, test } from 'bun:test';
import { type EpochMs, epochMs, hours, minutes, seconds } from '../../domain/time.ts';
import { type Fixture, type LeagueSettings, SimulatedLeague } from './league.ts';

const START = epochMs(Date.parse('2026-01-03T15:00:00.000Z'));
const USUAL: LeagueSettings = { seed: 1, speed: 10, matches: 12 };

const at = (span: number): EpochMs => epochMs(START + span);

function everything(league: SimulatedLeague, instant: EpochMs): Fixture[] {
  return league.competitions.flatMap((competition) => [...league.around(competition.league, instant)]);
}

const outline = (fixture: Fixture) => ({
  key: fixture.key,
  sides: [fixture.home.names.full, fixture.away.names.full],
  startsAt: fixture.startsAt,
  moments: [...fixture.timeline],
  stretches: fixture.timeline.stretches,
});

describe('the truth is a pure function of settings and time', () => {
  test('whoever asks, and whatever was asked before', () => {
    const fresh = new SimulatedLeague(USUAL);
    const used = new SimulatedLeague(USUAL);
    for (const span of [hours(30), -hours(5), minutes(7)]) everything(used, at(span));
    expect(everything(used, START).map(outline)).toEqual(everything(fresh, START).map(outline));
  });

  test.each([
    { name: 'another seed', settings: { ...USUAL, seed: 2 } },
    { name: 'another speed', settings: { ...USUAL, speed: 12 } },
  ])('$name gives other matches under other keys', ({ settings }) => {
    const keys = new Set(everything(new SimulatedLeague(USUAL), START).map(({ key }) => key));
    const others = everything(new SimulatedLeague(settings), START);
    expect(others.filter(({ key }) => keys.has(key))).toEqual([]);
  });
});

describe('the program', () => {
  const league = new SimulatedLeague(USUAL);
  const instants = Array.from({ length: (48 * 60) / 2 }, (_, step) => at(minutes(2 * step)));

  test.each(['soccer', 'american_football', 'basketball'])(
    '%s is played at every hour of two days, has just finished and will start',
    (sport) => {
      for (const instant of instants) {
        const fixtures = everything(league, instant).filter((fixture) => fixture.sport === sport);
        const statuses = fixtures.map(({ timeline, startsAt }) => timeline.at(instant - startsAt).status);
        expect(statuses).toContain('live');
        expect(statuses).toContain('finished');
        expect(statuses).toContain('scheduled');
      }
    },
  );

  test('lists about forty matches, about twelve of them in play', () => {
    const inPlay = instants.map(
      (instant) =>
        everything(league, instant).filter(({ timeline, startsAt }) =>
          ['live', 'paused'].includes(timeline.at(instant - startsAt).status),
        ).length,
    );
    const mean = inPlay.reduce((sum, count) => sum + count, 0) / inPlay.length;
    expect(mean).toBeGreaterThan(9);
    expect(mean).toBeLessThan(14);
    expect(everything(league, START).length).toBeGreaterThanOrEqual(36);
    expect(everything(league, START).length).toBeLessThanOrEqual(50);
  });

  test('no club plays itself, and no pair meets twice in a day', () => {
    const met = new Map<string, number>();
    for (const instant of instants) {
      for (const { league: id, home, away, startsAt } of everything(league, instant)) {
        expect(home.number).not.toBe(away.number);
        const pair = `${id}/${Math.min(home.number, away.number)}/${Math.max(home.number, away.number)}`;
        const before = met.get(pair);
        if (before !== undefined && before !== startsAt) expect(startsAt - before).toBeGreaterThan(hours(24));
        met.set(pair, startsAt);
      }
    }
  });

  test('a match is over before the next one on its ground begins', () => {
    for (const instant of instants) {
      for (const { plan, startsAt, timeline, league: id } of everything(league, instant)) {
        const slot = league.competitions.find((competition) => competition.league === id)?.slot ?? 0;
        const last = timeline.upTo(timeline.length);
        expect(['finished', 'postponed']).toContain(last.status);
        expect({ sport: plan.sport, over: startsAt + last.at < startsAt + slot }).toEqual({
          sport: plan.sport,
          over: true,
        });
      }
    }
  });
});

describe('a timeline', () => {
  const league = new SimulatedLeague({ ...USUAL, matches: 200 });
  const fixtures = Array.from({ length: 12 }, (_, step) => everything(league, at(hours(step)))).flat();

  test('goes forward, and its scores go back only where a review took points away', () => {
    for (const { timeline } of fixtures) {
      for (let index = 1; index < timeline.length; index++) {
        const [before, now] = [timeline.upTo(index - 1), timeline.upTo(index)];
        expect(now.at).toBeGreaterThanOrEqual(before.at);
        expect(now.period).toBeGreaterThanOrEqual(before.period);
        const change = now.home + now.away - before.home - before.away;
        if (now.kind === 'score') expect(change).toBeGreaterThan(0);
        else if (now.kind === 'overturned') expect(change).toBeLessThan(0);
        else expect(change).toBe(0);
        expect(Math.min(now.home, now.away)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  test('reviews, draws, overtimes and called-off matches all occur', () => {
    const kinds = new Set(fixtures.flatMap(({ timeline }) => [...timeline].map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual([
      'announced',
      'called_off',
      'end',
      'kick_off',
      'overturned',
      'rest',
      'resume',
      'score',
    ]);
    const ends = fixtures.map(({ sport, timeline }) => ({ sport, end: timeline.upTo(timeline.length) }));
    expect(ends.some(({ sport, end }) => sport === 'soccer' && end.home === end.away)).toBe(true);
    expect(ends.some(({ sport, end }) => sport === 'basketball' && end.period === 5)).toBe(true);
    const level = ends.filter(
      ({ sport, end }) => sport !== 'soccer' && end.status === 'finished' && end.home === end.away,
    );
    expect(level).toEqual([]);
  });
});

test('a poll at a thousand live matches looks at its own league only, and works out each match once', () => {
  const league = new SimulatedLeague({ ...USUAL, matches: 1_000 });
  const [first] = league.competitions;
  if (!first) throw new Error('no competition');
  const listed = [...league.around(first.league, START)].length;
  expect(listed).toBe(3 * first.grounds);
  expect(first.grounds).toBeLessThan(200);
  expect(league.worked).toBe(listed);
  for (let step = 1; step <= 60; step++) [...league.around(first.league, at(seconds(step)))];
  // In a minute each ground may at most move on to its next match.
  expect(league.worked - listed).toBeLessThanOrEqual(first.grounds);
  const all = everything(league, START).filter(({ timeline, startsAt }) =>
    ['live', 'paused'].includes(timeline.at(START - startsAt).status),
  );
  expect(all.length).toBeGreaterThan(850);
  expect(all.length).toBeLessThan(1_150);
});
