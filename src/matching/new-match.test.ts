import { describe, expect, test } from 'bun:test';
import { isMatchId, providerId } from '../domain/ids.ts';
import type { MatchReference } from '../domain/match.ts';
import { epochMs } from '../domain/time.ts';
import { matchIdOf, newMatch, withLink } from './new-match.ts';

const A = { provider: providerId('a'), externalId: '1' };
const B = { provider: providerId('b'), externalId: '2' };
const NOW = epochMs(Date.UTC(2026, 0, 1));
const at = (text: string) => epochMs(Date.parse(text));

const reference: MatchReference = {
  externalId: '1',
  sport: 'soccer',
  league: 'epl',
  leagueName: 'English Premier League',
  competitors: { home: { name: 'Ashford' }, away: { name: 'Brampton' } },
  startsAt: at('2026-01-03T15:00Z'),
};

describe('newMatch', () => {
  test('takes names and start, and names the league as we do', () => {
    expect(newMatch(A.provider, reference, NOW)).toMatchObject({
      league: 'epl',
      leagueName: 'Premier League',
      home: { name: 'Ashford' },
      startPrecision: 'minute',
      links: [A],
      createdAt: NOW,
    });
  });

  test('gives a league we do not know a slug, and no league an honest name', () => {
    const { league: _, ...without } = reference;
    expect(newMatch(A.provider, { ...without, leagueName: 'Liga Ñ' }, NOW)).toMatchObject({
      league: 'liga-n',
      leagueName: 'Liga Ñ',
    });
    const { leagueName: __, ...bare } = without;
    expect(newMatch(A.provider, bare, NOW)).toMatchObject({ league: 'unknown', leagueName: 'unknown' });
  });

  test('the id follows from the link alone', () => {
    const { id } = newMatch(A.provider, reference, NOW);
    expect(id).toBe(matchIdOf(A));
    expect(id).toMatch(/^m[a-z2-7]{12}$/);
    expect(isMatchId(id)).toBe(true);
    expect(matchIdOf({ provider: providerId('a'), externalId: '12' })).not.toBe(
      matchIdOf({ provider: providerId('a1'), externalId: '2' }),
    );
  });
});

describe('withLink', () => {
  const match = newMatch(A.provider, reference, NOW);
  const told = (startsAt: string, startPrecision: 'minute' | 'day' = 'minute'): MatchReference => ({
    ...reference,
    competitors: { home: { name: 'Ashford Town' }, away: { name: 'Brampton' } },
    startsAt: at(startsAt),
    startPrecision,
  });

  test('adds the link once and never renames', () => {
    const linked = withLink(match, B, told('2026-01-03T15:00Z'));
    expect(linked).toEqual({ ...match, links: [A, B] });
    expect(withLink(linked, B, told('2026-01-03T15:00Z'))).toBe(linked);
  });

  const dayOnly = { ...match, startsAt: at('2026-01-03'), startPrecision: 'day' as const };
  const second = { ...match, startsAt: at('2026-01-03T15:02:18Z') };
  for (const { name, given, link, says, startsAt } of [
    {
      name: 'a minute is better than a day',
      given: dayOnly,
      link: B,
      says: told('2026-01-03T15:00Z'),
      startsAt: '2026-01-03T15:00Z',
    },
    {
      name: 'midnight can be a minute too',
      given: dayOnly,
      link: B,
      says: told('2026-01-03T00:00Z'),
      startsAt: '2026-01-03T00:00Z',
    },
    {
      name: 'a day does not replace a minute',
      given: match,
      link: A,
      says: told('2026-01-04', 'day'),
      startsAt: '2026-01-03T15:00Z',
    },
    {
      name: 'odd seconds do not move it',
      given: match,
      link: B,
      says: told('2026-01-03T15:02:18Z'),
      startsAt: '2026-01-03T15:00Z',
    },
    {
      name: 'a round time is better than odd seconds',
      given: second,
      link: B,
      says: told('2026-01-03T15:00Z'),
      startsAt: '2026-01-03T15:00Z',
    },
    {
      name: 'the source it came from moves it',
      given: match,
      link: A,
      says: told('2026-01-04T17:30Z'),
      startsAt: '2026-01-04T17:30Z',
    },
    {
      name: 'another source does not',
      given: match,
      link: B,
      says: told('2026-01-04T17:30Z'),
      startsAt: '2026-01-03T15:00Z',
    },
  ])
    test(name, () => {
      expect(withLink(given, link, says).startsAt).toBe(at(startsAt));
    });
});
