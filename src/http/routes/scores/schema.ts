import { Type } from 'typebox';
import { MATCH_STATUSES } from '../../../domain/status.ts';
import { oneOf } from '../../parameters.ts';
import { nullable, timeField } from '../../schema-parts.ts';

const points = Type.Object({ home: Type.Integer(), away: Type.Integer() });

/** The score document (`domain/documents.ts`). */
export const scoreSchema = Type.Object(
  {
    matchId: Type.String(),
    sport: Type.String(),
    league: Type.String(),
    homeTeam: Type.String(),
    awayTeam: Type.String(),
    startsAt: timeField('Scheduled start.'),
    status: oneOf(MATCH_STATUSES, '`scheduled` until a source has spoken.'),
    period: nullable(Type.String({ description: 'As the sport names it.' })),
    clock: nullable(Type.String({ description: "As the sport writes it: `58'`, `11:47`." })),
    score: nullable(points),
    shootout: nullable(points),
    confidence: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Probability that score and status are right.',
    }),
    sources: Type.Array(
      Type.Object({
        provider: Type.String(),
        score: nullable(points),
        status: Type.String(),
        ageMs: Type.Integer({ description: 'Milliseconds since we heard it.' }),
        agrees: Type.Boolean({ description: 'Whether it says what we say.' }),
      }),
    ),
    stale: Type.Boolean({ description: 'True: do not act on it.' }),
    staleReason: nullable(oneOf(['sources_silent', 'kickoff_unconfirmed', 'store_unavailable'], 'Why.')),
    epoch: Type.String({ description: 'Numbering of `seq`; a new one begins again at 1.' }),
    seq: Type.Integer({ description: 'Number of this state of the score; without gaps.' }),
    updatedAt: timeField('When something a client sees last changed.'),
  },
  {
    description: 'The merged score.',
    examples: [
      {
        matchId: 'm-4kq0zt',
        sport: 'soccer',
        league: 'epl',
        homeTeam: 'Northbridge Rovers',
        awayTeam: 'Eastvale United',
        startsAt: '2026-01-03T15:00:00.000Z',
        status: 'live',
        period: '2nd Half',
        clock: "58'",
        score: { home: 2, away: 1 },
        shootout: null,
        confidence: 0.98,
        sources: [
          { provider: 'espn', score: { home: 2, away: 1 }, status: 'live', ageMs: 2140, agrees: true },
          {
            provider: 'api-football',
            score: { home: 1, away: 1 },
            status: 'live',
            ageMs: 9310,
            agrees: false,
          },
        ],
        stale: false,
        staleReason: null,
        epoch: 'k3v9',
        seq: 41,
        updatedAt: '2026-01-03T16:13:07.512Z',
      },
    ],
  },
);

export const scoreListSchema = Type.Object({
  scores: Type.Array(scoreSchema),
  nextCursor: nullable(Type.String()),
});
