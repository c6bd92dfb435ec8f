import { describe, expect, test } from 'bun:test';
import { type MatchId, providerId } from '../domain/ids.ts';
import type { Match, MatchReference } from '../domain/match.ts';
import type { SportId } from '../domain/sports/index.ts';
import { days, epochMs, hours } from '../domain/time.ts';
import { MatchIndex } from './match-index.ts';
import { joinMatches, newMatch, withLink } from './new-match.ts';
import type { SameMatch } from './reconsider.ts';
import { Separations } from './separations.ts';

const A = providerId('a');
const B = providerId('b');
const C = providerId('c');
const NOW = epochMs(Date.UTC(2026, 0, 1));

interface Told {
  readonly provider: typeof A;
  readonly reference: MatchReference;
}

interface Given {
  readonly id: string;
  readonly home: string;
  readonly away: string;
  /** An instant; a date; or the first date of a week, after `week of`. */
  readonly at: string;
  readonly sport?: SportId;
  readonly league?: string;
}

function told(provider: typeof A, { id, home, away, at, sport = 'soccer', league = 'Aldoria' }: Given): Told {
  const text = at.replace('week of ', '');
  const precision = at.startsWith('week') ? 'week' : text.length === 10 ? 'day' : 'minute';
  return {
    provider,
    reference: {
      externalId: `${provider}${id}`,
      sport,
      leagueName: league,
      competitors: { home: { name: home }, away: { name: away } },
      startsAt: epochMs(Date.parse(precision === 'minute' ? text : `${text}T00:00Z`)),
      startPrecision: precision,
    },
  };
}

function take(index: MatchIndex, { provider, reference }: Told): MatchId | undefined {
  const decision = index.resolve(provider, reference);
  const link = { provider, externalId: reference.externalId };
  if (decision.kind === 'new') {
    const match = newMatch(provider, reference, NOW);
    index.add(match);
    return match.id;
  }
  if (decision.kind !== 'same') return undefined;
  const { matchId, swapped } = decision;
  index.update(withLink(index.get(matchId)!, link, reference), { provider, reference, swapped });
  return matchId;
}

/** Looks again, and takes in what turned out to be one. */
function reconsider(index: MatchIndex): SameMatch[] {
  const found: SameMatch[] = [];
  for (const same of index.reconsider()) {
    if (!same) continue;
    index.join(joinMatches(index.get(same.keep) as Match, index.get(same.other) as Match), same);
    found.push(same);
  }
  return found;
}

/** Everybody at home against everybody, one match every three days. */
function season(names: readonly string[], provider: typeof A, called: (name: string) => string): Told[] {
  const games: Told[] = [];
  for (const home of names)
    for (const away of names) {
      if (home === away) continue;
      const at = new Date(NOW + days(3 * games.length) + hours(15)).toISOString();
      games.push(told(provider, { id: `${games.length}`, home: called(home), away: called(away), at }));
    }
  return games;
}

const CLUBS = ['Ashford', 'Brampton', 'Calder', 'Denholm', 'Elstow'];

describe('names that nothing but the fixtures tell', () => {
  const other = (name: string) => (name === 'Calder' ? 'Blue Stars' : name);

  test('a club of another name is learned, and its matches are joined', () => {
    const index = new MatchIndex();
    for (const game of [...season(CLUBS, A, (name) => name), ...season(CLUBS, B, other)]) take(index, game);
    expect(index.size).toBe(28);
    const found = reconsider(index);
    expect(found.length).toBe(8);
    expect(index.size).toBe(20);
    for (const { probability, evidence } of found) {
      expect(probability).toBeGreaterThan(0.999);
      expect(evidence.filter(({ isLearned }) => isLearned).length).toBe(1);
    }
    expect(reconsider(index)).toEqual([]);
  });

  test('and is known at once from then on', () => {
    const index = new MatchIndex();
    for (const game of [...season(CLUBS, A, (name) => name), ...season(CLUBS, B, other)]) take(index, game);
    reconsider(index);
    const at = '2027-05-01T15:00Z';
    const ours = take(index, told(A, { id: 'x', home: 'Calder', away: 'Ashford', at }));
    expect(take(index, told(B, { id: 'x', home: 'Blue Stars', away: 'Ashford', at }))).toBe(ours!);
  });

  test('two matches are too few', () => {
    const index = new MatchIndex();
    const few = [0, 1, 2, 3, 4];
    const games = [season(CLUBS, A, (name) => name), season(CLUBS, B, other)];
    for (const list of games) for (const at of few) take(index, list[at]!);
    expect(reconsider(index)).toEqual([]);
  });

  test('a source that plays elsewhere at that time is not taken for it', () => {
    const index = new MatchIndex();
    const late = ({ provider, reference }: Told): Told => ({
      provider,
      reference: { ...reference, startsAt: epochMs(reference.startsAt! + hours(8)) },
    });
    for (const game of season(CLUBS, A, (name) => name)) take(index, game);
    for (const game of season(CLUBS, B, other)) {
      const { home, away } = game.reference.competitors!;
      take(index, [home.name, away.name].includes('Blue Stars') ? late(game) : game);
    }
    expect(reconsider(index)).toEqual([]);
  });

  test('an unknown word that a whole league carries is a qualifier, however well the fixtures fit', () => {
    const index = new MatchIndex();
    for (const game of season(CLUBS, A, (name) => name)) take(index, game);
    for (const game of season(CLUBS, B, (name) => `${other(name)} Zorbs`)) take(index, game);
    expect(reconsider(index)).toEqual([]);
    expect(index.size).toBe(40);
  });

  test('a third source finds a match by any of its names', () => {
    const index = new MatchIndex();
    for (const game of [...season(CLUBS, A, (name) => name), ...season(CLUBS, B, other)]) take(index, game);
    reconsider(index);
    for (const game of season(CLUBS, C, other)) take(index, game);
    expect(index.size).toBe(20);
  });
});

describe('separations', () => {
  test('what somebody has separated is joined by nobody but himself', () => {
    const separations = new Separations();
    const index = new MatchIndex({ separations });
    const at = '2026-03-01T15:00Z';
    const ours = told(A, { id: '1', home: 'Ashford', away: 'Brampton', at });
    const theirs = told(B, { id: '1', home: 'Ashford', away: 'Brampton', at });
    const links = [ours, theirs].map(({ provider, reference: { externalId } }) => ({ provider, externalId }));
    separations.add(links[0]!, links[1]!);
    take(index, ours);
    take(index, theirs);
    expect(index.size).toBe(2);
    expect(reconsider(index)).toEqual([]);
    separations.remove(links[0]!, links[1]!);
    // Something has to move before anything is looked at again.
    take(index, told(A, { id: '2', home: 'Calder', away: 'Denholm', at }));
    expect(reconsider(index).length).toBe(1);
  });
});

describe('a date may have two games of the same sides', () => {
  const game = (provider: typeof A, id: string, at: string): Told =>
    told(provider, { id, at, sport: 'baseball', league: 'MLB', home: 'Ashford Foxes', away: 'Calder Owls' });

  test('one game is linked when both sources have fallen silent', () => {
    const index = new MatchIndex();
    take(index, game(A, '1', '2026-06-03'));
    take(index, game(B, '1', '2026-06-03T23:05Z'));
    expect(index.size).toBe(2);
    expect(reconsider(index)).toEqual([]);
    expect(reconsider(index).length).toBe(1);
  });

  test('a second game that comes in between keeps both apart', () => {
    const index = new MatchIndex();
    take(index, game(A, '1', '2026-06-03'));
    take(index, game(B, '1', '2026-06-03T17:05Z'));
    reconsider(index);
    take(index, game(B, '2', '2026-06-03T23:05Z'));
    take(index, game(A, '2', '2026-06-03'));
    for (let look = 0; look < 3; look++) expect(reconsider(index)).toEqual([]);
  });

  test('instants tell the games apart at once', () => {
    const index = new MatchIndex();
    for (const provider of [A, B]) {
      take(index, game(provider, '1', '2026-06-03T17:05Z'));
      take(index, game(provider, '2', '2026-06-03T20:35Z'));
    }
    expect(index.size).toBe(2);
  });
});

describe('a week of tennis', () => {
  const match = (
    provider: typeof A,
    id: string,
    home: string,
    away: string,
    at: string,
    league: string,
  ): Told => told(provider, { id, home, away, at, sport: 'tennis', league });
  const WEEK = 'week of 2026-07-06';

  test('a date of the week is the match, whoever is named first', () => {
    const index = new MatchIndex();
    take(index, match(A, '1', 'Lucas Bellorin', 'Paul Henri Dalmas', WEEK, 'Ashford'));
    take(index, match(B, '1', 'Dalmas P.H.', 'Bellorin L.', '2026-07-09', 'Acme Open (Ashford)'));
    expect(index.size).toBe(1);
  });

  test('the same two players in another tournament a week later are another match', () => {
    const index = new MatchIndex();
    take(index, match(A, '1', 'Lucas Bellorin', 'Paul Henri Dalmas', WEEK, 'Ashford'));
    take(index, match(B, '1', 'Dalmas P.H.', 'Bellorin L.', '2026-07-14', 'Acme Open (Calder)'));
    expect(index.size).toBe(2);
  });

  test('a brother of one initial is another player', () => {
    const index = new MatchIndex();
    take(index, match(A, '1', 'Mikael Bellorin', 'Paul Henri Dalmas', WEEK, 'Ashford'));
    take(index, match(B, '1', 'Dalmas P.H.', 'Bellorin E.', '2026-07-09', 'Acme Open (Ashford)'));
    expect(index.size).toBe(2);
    expect(reconsider(index)).toEqual([]);
  });

  test('another given name is learned from the players he meets', () => {
    const index = new MatchIndex();
    const opponents = ['Cervin', 'Dalmas', 'Falkner', 'Harlan', 'Jansky', 'Kolar'];
    opponents.forEach((opponent, n) => {
      const week = new Date(Date.UTC(2026, 6, 6) + days(7 * n)).toISOString().slice(0, 10);
      const day = new Date(Date.UTC(2026, 6, 8) + days(7 * n)).toISOString().slice(0, 10);
      take(index, match(A, `${n}`, 'Alexandr Bellorin', `Paul ${opponent}`, `week of ${week}`, `Place${n}`));
      take(index, match(B, `${n}`, 'Bellorin O.', `${opponent} P.`, day, `Acme Open (Place${n})`));
    });
    expect(index.size).toBe(12);
    expect(reconsider(index).length).toBe(6);
  });

  test('tournaments whose names share no word are learned from their matches', () => {
    const index = new MatchIndex();
    const pairs = ['Cervin Dalmas', 'Falkner Harlan', 'Jansky Kolar', 'Radev Sandoz'];
    pairs.forEach((pair, n) => {
      const [one = '', other = ''] = pair.split(' ');
      take(index, match(A, `${n}`, `Paul ${one}`, `Hugo ${other}`, WEEK, 'Roland'));
      take(index, match(B, `${n}`, `${one} P.`, `${other} H.`, '2026-07-15', 'Aldorian Open (Ashford)'));
    });
    expect(index.size).toBe(8);
    expect(reconsider(index).length).toBe(4);
  });
});
