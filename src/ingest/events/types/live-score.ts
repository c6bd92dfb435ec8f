import { Type } from 'typebox';
import type { MatchStatus } from '../../../domain/status.ts';
import { defineEventType } from '../define-event-type.ts';
import { matchFields, type NamedMatch, namedMatch, namingOfMatch, referenceOf } from '../parts/match-part.ts';
import { claimOf, type Play, playFields, playOf } from '../parts/play-part.ts';
import { statedAt } from '../parts/stated-at.ts';
import { statusField, statusOf } from '../parts/status-words.ts';

interface LiveScore extends Play {
  readonly match: NamedMatch;
  readonly status: MatchStatus;
}

/** The score of a match as it stands. */
export const liveScore = defineEventType({
  id: 'live_score',
  description:
    'The score of a match as it stands. It merges with what the polled sources say of the same match.',
  schema: Type.Object({
    ...matchFields,
    ...playFields,
    status: Type.Optional(statusField('State of play; `live` when absent.')),
  }),
  example: {
    matchId: 'rovers-united-0103',
    sport: 'soccer',
    league: 'epl',
    homeTeam: 'Northbridge Rovers',
    awayTeam: 'Eastvale United',
    startsAt: '2026-01-03T15:00:00Z',
    homeScore: 2,
    awayScore: 1,
    period: '2nd Half',
    clock: "58'",
    status: 'live',
  },
  normalise: (data, complain): LiveScore => {
    const match = namedMatch(data, complain);
    const play = playOf(data, match.sport, complain);
    if (play.score === undefined && data.homeScore === undefined && data.awayScore === undefined)
      complain('/homeScore', 'is missing, and so is awayScore');
    return { match, status: statusOf(data.status ?? 'live') ?? 'live', ...play };
  },
  namingOf: ({ match }) => namingOfMatch(match),
  statementOf: (normal, told) => ({
    match: referenceOf(normal.match, told),
    ...statedAt(told),
    score: claimOf(normal.status, normal),
  }),
});
