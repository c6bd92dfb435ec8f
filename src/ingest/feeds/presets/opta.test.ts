import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readXmlBody } from '../bodies/xml-body.ts';
import { MappingFault } from '../mapping/mapping-fault.ts';
import { optaMapping } from './opta.ts';

interface Changes {
  readonly period?: string;
  readonly result?: string;
  readonly home?: string;
  readonly away?: string;
  readonly id?: string;
}

const document = ({
  period = 'SecondHalf',
  result = '',
  home = 'Score="2"',
  away = 'Score="1"',
  id = 'uID="f77001"',
}: Changes = {}) => `<?xml version="1.0" encoding="utf-8"?>
<SoccerFeed TimeStamp="20260103T160109+0000"><SoccerDocument Type="Latest" ${id}>
  <Competition uID="c8"><Country>England</Country><Name>English Barclays Premier League</Name></Competition>
  <MatchData>
    <MatchInfo Period="${period}" TimeStamp="20260103T160100+0000"><Date>20260103T150000+0000</Date>${result}</MatchInfo>
    <TeamData ${away} Side="Away" TeamRef="t9002"><Goal EventID="1"/></TeamData>
    <TeamData ${home} Side="Home" TeamRef="t9001"/>
  </MatchData>
  <Team uID="t9001"><Name>Northbridge Rovers</Name></Team><Team uID="t9002"><Name>Eastvale &amp; United</Name></Team>
</SoccerDocument></SoccerFeed>`;

const map = (text: string, headers: Record<string, string> = {}) =>
  optaMapping(readXmlBody(Buffer.from(text)), headers);

const named = {
  matchId: '77001',
  sport: 'soccer',
  league: 'epl',
  homeTeam: { name: 'Northbridge Rovers', id: 't9001' },
  awayTeam: { name: 'Eastvale & United', id: 't9002' },
  startsAt: Date.parse('2026-01-03T15:00:00Z'),
};

describe('an F9 document', () => {
  test('tells status, period and score, and names the match for the others', () => {
    expect(map(document(), { 'x-meta-feed-type': 'F9' })).toEqual([
      {
        eventType: 'match_status',
        occurredAt: Date.parse('2026-01-03T16:01:09Z') as never,
        data: { ...named, status: 'live', period: '2nd Half', score: { home: 2, away: 1 } },
      },
    ]);
  });

  const table: readonly (readonly [name: string, changes: Changes, expected: object])[] = [
    [
      'before the start zeros mean nothing',
      { period: 'PreMatch', home: 'Score="0"', away: 'Score="0"' },
      { status: 'scheduled' },
    ],
    [
      'half time',
      { period: 'HalfTime' },
      { status: 'paused', period: 'Half Time', score: { home: 2, away: 1 } },
    ],
    ['the end', { period: 'FullTime' }, { status: 'finished', score: { home: 2, away: 1 } }],
    [
      'an abandoned match',
      { period: 'FullTime', result: '<Result Type="Abandoned"/>' },
      { status: 'abandoned', score: { home: 2, away: 1 } },
    ],
    [
      'a shoot-out',
      { period: 'ShootOut', home: 'Score="1" ShootOutScore="4"', away: 'Score="1" ShootOutScore="3"' },
      { status: 'live', period: 'Penalties', score: { home: 1, away: 1 }, shootout: { home: 4, away: 3 } },
    ],
    ['a score of one side is none', { away: '' }, { status: 'live', period: '2nd Half' }],
  ];
  for (const [name, changes, expected] of table) {
    test(name, () => expect(map(document(changes))[0]?.data).toEqual({ ...named, ...expected }));
  }

  test('the game of the header where the document names none', () => {
    expect(map(document({ id: '' }), { 'x-meta-game-id': '77001' })[0]?.data).toMatchObject({
      matchId: '77001',
    });
  });

  const refused: readonly (readonly [name: string, text: string, headers?: Record<string, string>])[] = [
    ['another feed', document(), { 'x-meta-feed-type': 'F24' }],
    ['another document', '<Games><Game id="1"/></Games>'],
    ['a period that we do not know', document({ period: 'Toss' })],
    ['a period of the prototype', document({ period: 'constructor' })],
    ['no game', document({ id: '' })],
  ];
  for (const [name, text, headers] of refused) {
    test(`${name} is refused`, () => expect(() => map(text, headers)).toThrow(MappingFault));
  }
});

const recorded = join(import.meta.dir, '../../../../../shared/payloads/opta');
if (existsSync(recorded)) {
  describe('what was recorded', () => {
    for (const file of readdirSync(recorded).filter((name) => name.endsWith('.xml'))) {
      test(file, () => {
        const text = readFileSync(join(recorded, file), 'utf8');
        const headers = { 'x-meta-game-id': '2018' };
        if (!/^f7-/.test(file)) expect(() => map(text, headers)).toThrow(MappingFault);
        else
          expect(map(text, headers)[0]?.data).toMatchObject({
            status: 'finished',
            score: { home: 2, away: 1 },
          });
      });
    }
  });
}
