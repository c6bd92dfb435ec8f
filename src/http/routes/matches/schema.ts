import { Type } from 'typebox';
import { MATCH_STATUSES } from '../../../domain/status.ts';
import { oneOf } from '../../parameters.ts';
import { nullable, timeField } from '../../schema-parts.ts';

/** The match document (`domain/documents.ts`). */
export const matchSchema = Type.Object(
  {
    matchId: Type.String(),
    sport: Type.String(),
    league: Type.String(),
    leagueName: Type.String(),
    homeTeam: Type.String(),
    awayTeam: Type.String(),
    startsAt: timeField('Scheduled start.'),
    startPrecision: oneOf(['minute', 'day', 'week'], 'How exactly the start is known.'),
    status: oneOf(MATCH_STATUSES, 'State of play.'),
    links: Type.Array(Type.Object({ provider: Type.String(), externalId: Type.String() }), {
      description: 'What the providers call it; each also names the match as `provider:externalId`.',
    }),
    markets: Type.Integer({ description: 'How many markets are on offer.' }),
    epoch: Type.String(),
    seq: Type.Integer({ description: 'Position of its score.' }),
    createdAt: timeField('When we first heard of it.'),
  },
  {
    examples: [
      {
        matchId: 'm-4kq0zt',
        sport: 'soccer',
        league: 'epl',
        leagueName: 'Premier League',
        homeTeam: 'Northbridge Rovers',
        awayTeam: 'Eastvale United',
        startsAt: '2026-01-03T15:00:00.000Z',
        startPrecision: 'minute',
        status: 'live',
        links: [{ provider: 'espn', externalId: '401585601' }],
        markets: 6,
        epoch: 'k3v9',
        seq: 41,
        createdAt: '2026-01-01T09:30:00.000Z',
      },
    ],
  },
);

export const matchListSchema = Type.Object({
  matches: Type.Array(matchSchema),
  nextCursor: nullable(Type.String()),
});

export const historySchema = Type.Object({
  matchId: Type.String(),
  entries: Type.Array(
    Type.Object({
      kind: Type.String(),
      epoch: Type.String(),
      seq: Type.Integer(),
      at: timeField('When it was committed.'),
      view: Type.Unknown({
        description: 'The state after it: play, or the list of markets (`market_update`).',
      }),
      data: Type.Optional(Type.Unknown({ description: 'Of a `match_event`, what it told.' })),
    }),
    { description: 'Oldest first, by `seq`.' },
  ),
  nextSince: nullable(Type.String({ description: '`since` of the next page; null on the last.' })),
});
