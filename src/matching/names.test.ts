import { describe, expect, test } from 'bun:test';
import { AliasTable, SortedAliases } from './alias-table.ts';
import { CLUB_ALIASES } from './aliases/clubs.ts';
import { shippedAliases } from './aliases/index.ts';
import { codeFit } from './code-fit.ts';
import { likeness } from './compare-names.ts';
import { fold } from './fold.ts';
import { joinQualifiers, leagueQualifiers } from './qualifiers.ts';
import { readTeamName } from './team-name.ts';

const aliases = shippedAliases();

describe('fold', () => {
  for (const [given, expected] of [
    ['FC København', 'fc kobenhavn'],
    ['Bodø/Glimt', 'bodo glimt'],
    ['Großaspach', 'grossaspach'],
    ['ŁKS Łódź', 'lks lodz'],
    ['İstanbul Başakşehir', 'istanbul basaksehir'],
    ["Nott'm  Forest", 'nottm forest'],
    ['M’gladbach', 'mgladbach'],
    ['1. FC Köln', '1 fc koln'],
    ['Brighton & Hove Albion', 'brighton hove albion'],
    ['ＡＣ　Ｍｉｌａｎ', 'ac milan'],
    ['Динамо Москва', 'динамо москва'],
    ['  --  ', ''],
    ['', ''],
  ] as const)
    test(JSON.stringify(given), () => expect(fold(given)).toBe(expected));

  test('folding twice is folding once, and a huge name costs little', () => {
    const huge = 'Ünited '.repeat(100_000);
    expect(fold(fold(huge))).toBe(fold(huge));
    expect(fold(huge).length).toBeLessThan(200);
  });
});

describe('qualifiers', () => {
  for (const [name, expected] of [
    ['Arsenal', ''],
    ['Arsenal Women', 'women'],
    ['Arsenal (W)', 'women'],
    ['Lyon Féminines', 'women'],
    ['Hoffenheim Frauen', 'women'],
    ['England U21', 'u21'],
    ['England Under-21s', 'u21'],
    ['España Sub-20', 'u20'],
    ['Ajax U-19', 'u19'],
    ['Barcelona B', 'reserves'],
    ['Bayern München II', 'reserves'],
    ['Jong PSV', 'reserves'],
    ['Man United 2', 'reserves'],
    ['Chelsea U23 Women', 'u23+women'],
    ['Ashford F.C.', ''],
    ['Nottingham F.', ''],
    ["Newell's Old Boys", ''],
    ['Boston Celtics 2K', 'esports'],
    ['Real Madrid (Ace) Esports', 'esports'],
    ['Utah Jazz Summer League', 'summer'],
    ['Austin Spurs G League', 'development'],
    ['Schalke 04', ''],
    ['Mainz 05', ''],
    ['B 1909', ''],
    ['Boca Juniors', ''],
    ['Philadelphia 76ers', ''],
  ] as const)
    test(name, () => {
      const read = readTeamName(name, 'soccer', undefined, aliases);
      expect(joinQualifiers(read!.qualifiers)).toBe(expected);
    });

  test('an initial of a person is not a second team', () => {
    expect(readTeamName('Berrettini B.', 'tennis', undefined, aliases)!.qualifiers).toEqual([]);
    expect(readTeamName('Ito W.', 'tennis', undefined, aliases)!.qualifiers).toEqual([]);
  });

  for (const [league, expected] of [
    ['WNBA', 'women'],
    ['NBA Summer League', 'summer'],
    ['2. Bundesliga', ''],
    ['Serie B', ''],
    ['UEFA Under-21 Championship', 'u21'],
    ["Women's Super League", 'women'],
    ['Esoccer Battle', 'esports'],
  ] as const)
    test(`the league ${league}`, () =>
      expect(joinQualifiers(leagueQualifiers(league, 'soccer'))).toBe(expected));
});

describe('names', () => {
  const key = (
    name: string,
    sport: 'soccer' | 'basketball' | 'american_football' = 'soccer',
    league?: string,
  ) => readTeamName(name, sport, league, aliases)?.key;

  for (const [a, b] of [
    ['FC Bayern München', 'Bayern Munich'],
    ['Man Utd', 'Manchester United FC'],
    ['Spurs', 'Tottenham Hotspur'],
    ["Nott'm Forest", 'Nottingham Forest'],
    ['TSG 1899 Hoffenheim', 'Hoffenheim'],
    ['Ashford F.C.', 'A.C. Ashford'],
    ['BVB', 'Borussia Dortmund'],
    ['Hove and Brighton Albion', 'Brighton & Hove Albion'],
  ] as const)
    test(`${a} = ${b}`, () => expect(key(a)).toBe(key(b)!));

  test('codes and nicknames count inside their league only', () => {
    expect(key('HOU', 'basketball', 'nba')).toBe(key('Houston Rockets', 'basketball', 'nba')!);
    expect(key('Sixers', 'basketball', 'nba')).toBe(key('PHI', 'basketball', 'nba')!);
    expect(key('LA Lakers', 'basketball', 'nba')).toBe(key('Los Angeles Lakers', 'basketball', 'nba')!);
    expect(key('Houston', 'basketball', 'ncaab')).toBe('houston');
    expect(key('HOU', 'american_football', 'nfl')).toBe(key('Houston Texans', 'american_football', 'nfl')!);
  });

  test('a city of two teams stands for neither', () => {
    expect(key('New York', 'american_football', 'nfl')).toBe('new york');
    expect(key('Los Angeles', 'basketball', 'nba')).toBe('angeles los');
  });

  for (const nobody of [
    'TBD',
    'Winner QF1',
    'Loser Match 12',
    '1st Group A',
    'W49',
    '???',
    '',
    'To be determined',
  ])
    test(`${JSON.stringify(nobody)} names nobody`, () => expect(key(nobody)).toBeUndefined());

  test('names that only look like a place in a draw are names', () => {
    expect(key('Wycombe Wanderers')).toBeDefined();
    expect(key('W Connection')).toBeDefined();
  });

  test('every alias of the list of clubs is found where it stands', () => {
    const list = new SortedAliases(CLUB_ALIASES);
    const rows = CLUB_ALIASES.trim().split('\n');
    expect(rows.length).toBeGreaterThan(400);
    for (const row of rows) {
      const [alias = '', name] = row.split('|');
      expect(list.find(alias)).toBe(name);
    }
    for (const nobody of ['', 'aaaa', 'zzzz', 'bv', 'bvbb']) expect(list.find(nobody)).toBeUndefined();
  });

  for (const [code, name, fits] of [
    ['GSW', 'Golden State Warriors', true],
    ['JAC', 'Jacksonville Jaguars', true],
    ['NYJ', 'New York Jets', true],
    ['NYJ', 'Kansas City Chiefs', false],
    ['Jets', 'New York Jets', false],
  ] as const)
    test(`${code} ${fits ? 'may' : 'does not'} stand for ${name}`, () => {
      const [a, b] = [code, name].map((one) => readTeamName(one, 'soccer', undefined, new AliasTable([])));
      expect(codeFit(a!, b!) > 0).toBe(fits);
    });

  test('an alias claimed by two teams belongs to neither', () => {
    const table = new AliasTable([
      { sport: 'soccer', name: 'North Ashford', aliases: ['Ashers'] },
      { sport: 'soccer', name: 'South Ashford', aliases: ['Ashers', 'Southers'] },
    ]);
    expect(table.canonical('soccer', undefined, 'ashers')).toBe('ashers');
    expect(table.canonical('soccer', undefined, 'southers')).toBe('south ashford');
  });

  for (const [a, b, alike] of [
    ['hamburg', 'hamburger', true],
    ['monchengladbach', 'monchengladbah', true],
    ['grigor', 'g', true],
    ['leeds', 'luton', false],
    ['inter', 'internazionale', true],
    ['roma', 'rome', false],
  ] as const)
    test(`${a} and ${b} are ${alike ? '' : 'not '}alike`, () => expect(likeness(a, b) > 0).toBe(alike));
});
