import { Type } from 'typebox';
import type { MatchStatus } from '../../../domain/status.ts';
import { defineEventType } from '../define-event-type.ts';
import { matchFields, type NamedMatch, namedMatch, namingOfMatch, referenceOf } from '../parts/match-part.ts';
import { claimOf, type Play, playFields, playOf } from '../parts/play-part.ts';
import { statedAt } from '../parts/stated-at.ts';
import { statusField, statusOf } from '../parts/status-words.ts';
import { textField } from '../parts/text-field.ts';

interface MatchStatusChange extends Play {
  readonly match: NamedMatch;
  readonly status: MatchStatus;
  readonly reason?: string;
}

/** A match has begun, paused, ended, been put off. */
export const matchStatus = defineEventType({
  id: 'match_status',
  description:
    'A match has begun, paused, ended, or will not be played. With a score it is also a statement of the score.',
  schema: Type.Object({
    ...matchFields,
    ...playFields,
    status: statusField('State of play now.'),
    reason: Type.Optional(textField(300, 'Why: weather, crowd trouble, …')),
  }),
  example: {
    matchId: 'rovers-united-0103',
    sport: 'soccer',
    homeTeam: 'Northbridge Rovers',
    awayTeam: 'Eastvale United',
    startsAt: '2026-01-03T15:00:00Z',
    status: 'finished',
    homeScore: 2,
    awayScore: 1,
  },
  normalise: (data, complain): MatchStatusChange | undefined => {
    const match = namedMatch(data, complain);
    const play = playOf(data, match.sport, complain);
    const status = statusOf(data.status);
    if (status === undefined) return undefined;
    return { match, status, ...play, ...(data.reason !== undefined && { reason: data.reason.trim() }) };
  },
  namingOf: ({ match }) => namingOfMatch(match),
  statementOf: (normal, told) => ({
    match: referenceOf(normal.match, told),
    ...statedAt(told),
    score: claimOf(normal.status, normal),
  }),
});
