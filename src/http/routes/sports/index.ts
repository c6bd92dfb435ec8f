import { Type } from 'typebox';
import { LEAGUES } from '../../../domain/leagues.ts';
import { SPORT_IDS, type SportId, sportRules } from '../../../domain/sports/index.ts';
import { isInPlay } from '../../../domain/status.ts';
import { seconds } from '../../../domain/time.ts';
import type { LiveStore } from '../../../ports/live-store.ts';
import { problems } from '../../error-schema.ts';
import type { Routes } from '../../http-app.ts';

const HOLDS = seconds(1);
const MOST_LEAGUES = 200;

const sportsSchema = Type.Object(
  {
    sports: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        canDraw: Type.Boolean({ description: 'Whether its `h2h` market may have a draw.' }),
        matches: Type.Integer({ description: 'Matches known now.' }),
        inPlay: Type.Integer({ description: 'Those in play.' }),
        leagues: Type.Array(
          Type.Object({ id: Type.String(), name: Type.String(), matches: Type.Integer() }),
          { description: `The busiest first, at most ${MOST_LEAGUES}.` },
        ),
      }),
    ),
  },
  {
    examples: [
      {
        sports: [
          {
            id: 'soccer',
            name: 'Soccer',
            canDraw: true,
            matches: 12,
            inPlay: 3,
            leagues: [{ id: 'epl', name: 'Premier League', matches: 10 }],
          },
        ],
      },
    ],
  },
);

/** `GET /api/sports`. */
export const sportRoutes: Routes = (app, { deps, cachedReads }) => {
  const list = cachedReads('/api/sports');
  app.get(
    '/api/sports',
    {
      config: { fromCache: list.fromCache },
      schema: {
        operationId: 'listSports',
        tags: ['matches'],
        summary: 'Sports and leagues, with how much is going on',
        description: 'Cached for 1 s.',
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: sportsSchema,
          304: { description: 'Unchanged since the `If-None-Match` tag.' },
          ...problems('VALIDATION_FAILED', 'RATE_LIMITED'),
        },
      },
    },
    (request, reply) => {
      list.answer(request, reply, () => ({
        document: { sports: sportDocuments(deps.live) },
        holds: HOLDS,
        views: [],
      }));
    },
  );
};

interface Tally {
  matches: number;
  inPlay: number;
  readonly leagues: Map<string, { id: string; name: string; matches: number }>;
}

function sportDocuments(live: LiveStore) {
  const tallies = new Map<SportId, Tally>(
    SPORT_IDS.map((id) => [id, { matches: 0, inPlay: 0, leagues: new Map() }]),
  );
  for (const { id, sport, name } of LEAGUES) tallies.get(sport)?.leagues.set(id, { id, name, matches: 0 });
  for (const { match, score } of live.views()) {
    const tally = tallies.get(match.sport);
    if (tally === undefined) continue;
    tally.matches++;
    if (score !== null && isInPlay(score.status)) tally.inPlay++;
    const league = tally.leagues.get(match.league);
    if (league !== undefined) league.matches++;
    else tally.leagues.set(match.league, { id: match.league, name: match.leagueName, matches: 1 });
  }
  return [...tallies].map(([id, { matches, inPlay, leagues }]) => ({
    id,
    name: sportRules(id).name,
    canDraw: sportRules(id).canDraw,
    matches,
    inPlay,
    leagues: [...leagues.values()]
      .sort((a, b) => b.matches - a.matches || (a.id < b.id ? -1 : 1))
      .slice(0, MOST_LEAGUES),
  }));
}
