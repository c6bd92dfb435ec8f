import { Type } from 'typebox';
import { marketDocument } from '../../../domain/documents.ts';
import type { Match } from '../../../domain/match.ts';
import { playState } from '../../../domain/messages.ts';
import { iso } from '../../../domain/time.ts';
import type { MarketView, Position, ScoreView } from '../../../domain/view.ts';
import type { HistoryEntry } from '../../../ports/history.ts';
import { problems } from '../../error-schema.ts';
import type { HttpApp, RouteContext } from '../../http-app.ts';
import { keptMatchId, liveMatch, matchNotFound } from '../../match-lookup.ts';
import { nextLink } from '../../paging.ts';
import { limitParameter, matchIdParameter, oneOf } from '../../parameters.ts';
import { historySchema } from './schema.ts';

const KINDS = ['score_update', 'score_correction', 'match_event', 'race_result', 'market_update'] as const;
const STANDARD = 100;

/** `GET /api/matches/:matchId/history`. */
export function historyRoute(app: HttpApp, { deps }: RouteContext): void {
  const { live, history } = deps;

  app.get(
    '/api/matches/:matchId/history',
    {
      schema: {
        operationId: 'getHistory',
        tags: ['matches'],
        summary: 'What was said about a match, in order',
        description:
          'Score updates, corrections and what happened in it, oldest first; with `kind=market_update` the markets, which are numbered apart. Continue with `nextSince`.',
        params: Type.Object({ matchId: matchIdParameter }),
        querystring: Type.Object(
          {
            kind: Type.Optional(oneOf(KINDS, 'Only this kind; all but markets when absent.')),
            since: Type.Optional(
              Type.String({
                pattern: '^[A-Za-z0-9_-]{1,64}:\\d{1,15}$',
                description: 'Only what came after this position, written `epoch:seq`.',
                examples: ['k3v9:40'],
              }),
            ),
            limit: Type.Optional(limitParameter(STANDARD, 500)),
          },
          { additionalProperties: false },
        ),
        response: {
          200: historySchema,
          ...problems('VALIDATION_FAILED', 'MATCH_NOT_FOUND', 'URI_TOO_LONG', 'RATE_LIMITED', 'UNAVAILABLE'),
        },
      },
    },
    async (request, reply) => {
      const { kind, since, limit = STANDARD } = request.query;
      const named = request.params.matchId;
      const view = liveMatch(live, named);
      const match = view?.match ?? (await history.match(keptMatchId(named)));
      if (match === undefined) throw matchNotFound(named);
      // One more than asked for tells whether there is a next page.
      const found = await history.read({
        matchId: match.id,
        stream: kind === 'market_update' ? 'markets' : 'scores',
        limit: limit + 1,
        ...(kind === undefined ? {} : { kind }),
        ...(since === undefined ? {} : { after: positionOf(since) }),
      });
      const entries = found.slice(0, limit);
      const last = found.length > limit ? entries.at(-1) : undefined;
      const nextSince = last === undefined ? null : `${last.position.epoch}:${last.position.seq}`;
      if (nextSince !== null) {
        reply.header('link', nextLink(`/api/matches/${match.id}/history`, request.query, nextSince, 'since'));
      }
      return reply.header('cache-control', 'public, max-age=1').send({
        matchId: match.id,
        entries: entries.map((entry) => entryDocument(match, entry)),
        nextSince,
      });
    },
  );
}

function positionOf(text: string): Position {
  const [epoch = '', seq] = text.split(':');
  return { epoch, seq: Number(seq) };
}

const entryDocument = (match: Match, { kind, position, at, view, data }: HistoryEntry) => ({
  kind,
  epoch: position.epoch,
  seq: position.seq,
  at: iso(at),
  view:
    kind === 'market_update'
      ? (view as readonly MarketView[]).map((market) => marketDocument({ id: match.id, match }, market))
      : playState(view as ScoreView),
  ...(data === undefined ? {} : { data }),
});
