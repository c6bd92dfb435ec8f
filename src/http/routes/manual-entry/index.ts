import { isDeepStrictEqual } from 'node:util';
import type { StoredEvent } from '../../../domain/event.ts';
import type { MatchView } from '../../../domain/view.ts';
import type { IncomingEvent, IntakeResult } from '../../../ports/event-intake.ts';
import type { Routes } from '../../http-app.ts';
import { liveMatch, matchNotFound } from '../../match-lookup.ts';
import { requireScope } from '../../plugins/tokens.ts';
import { Problem, quoted } from '../../problem.ts';
import { receipt, refusal } from '../ingest/result-document.ts';
import { type EntryBody, MANUAL, readEntry } from './entry.ts';
import { checkPosition, takePosition } from './precondition.ts';
import {
  entryHeaders,
  entryProblems,
  entrySchema,
  matchParams,
  noQuery,
  receiptSchema,
  undoHeaders,
  undoParams,
  undoProblems,
} from './schema.ts';
import { undoId, undoOf } from './undo.ts';

/** How far back an entry is looked for. */
const LOOK_BACK = 200;

/** `POST /api/v1/matches/:matchId/events` and `DELETE …/:eventId`: entry by hand, for a person at the ground. */
export const manualEntryRoutes: Routes = (app, { deps }) => {
  const { live, eventLog, intake, clock } = deps;

  const matchNamed = (named: string): MatchView => {
    const view = liveMatch(live, named);
    if (view === undefined) throw matchNotFound(named);
    return view;
  };

  const entriesOf = (view: MatchView): Promise<readonly StoredEvent[]> =>
    eventLog.search({ source: MANUAL, matchId: view.id, limit: LOOK_BACK });

  /** Commits the event if the match is still where `ifMatch` says. */
  const enter = async (event: IncomingEvent, view: MatchView, ifMatch: string | undefined) => {
    checkPosition(ifMatch, view);
    if (ifMatch?.trim() === '*') return answerOf(await intake.accept([event]));
    const position = await takePosition(live, view);
    try {
      return answerOf(await intake.accept([event]));
    } catch (error) {
      await position.giveBack();
      throw error;
    }
  };

  app.post(
    '/api/v1/matches/:matchId/events',
    {
      onRequest: requireScope('ingest', clock),
      schema: {
        operationId: 'enterEvent',
        tags: ['events'],
        summary: 'Enter what happened in a match, by hand',
        description: [
          'For a person at the ground: a goal, a card, a status, a score. It is kept as an event of the source `manual` with `enteredBy` from the token, and merges like any other source.',
          '`If-Match` names the state of the match that the person has seen: when it has moved on, or somebody else has entered something from the same state, the answer is a 412 with the newest in `ETag`. A goal that comes without a score adds one to the score of that state.',
        ].join('\n\n'),
        security: [{ ingest: [] }],
        headers: entryHeaders,
        params: matchParams,
        querystring: noQuery,
        body: entrySchema,
        response: { 202: receiptSchema, ...entryProblems },
      },
    },
    async (request, reply) => {
      const view = matchNamed(request.params.matchId);
      const key = request.headers['idempotency-key'];
      const body = request.body as EntryBody;
      const { event, said } = readEntry(body, view, {
        by: request.user.sub,
        at: clock.now(),
        ...(key !== undefined && { key }),
      });
      // Sent again: the state has moved on by its own doing, so that is not asked about.
      const named = body.id ?? key;
      const before = named === undefined ? undefined : find(await entriesOf(view), event.id);
      if (before !== undefined && !saysTheSame(before, event.eventType, said))
        throw new Problem('EVENT_CONFLICT', `Another entry was made under this id: ${before.itemId}.`);
      const answer = before === undefined ? undefined : repeated(before);
      return reply
        .code(202)
        .header('cache-control', 'no-store')
        .send(answer ?? (await enter(event, view, request.headers['if-match'])));
    },
  );

  app.delete(
    '/api/v1/matches/:matchId/events/:eventId',
    {
      onRequest: requireScope('ingest', clock),
      schema: {
        operationId: 'undoEvent',
        tags: ['events'],
        summary: 'Undo an entry',
        description:
          'Takes back a `match_event` that was entered by hand, of the newest 200 of the match. It is an event of its own (`action: delete`), with the score as it is without it; the entry stays in the log. Undone again, it is answered as the first time.',
        security: [{ ingest: [] }],
        headers: undoHeaders,
        params: undoParams,
        querystring: noQuery,
        response: { 202: receiptSchema, ...undoProblems },
      },
    },
    async (request, reply) => {
      const { matchId, eventId } = request.params;
      const view = matchNamed(matchId);
      const entries = await entriesOf(view);
      const before = find(entries, undoId(view, eventId));
      const original = entries.find(({ itemId }) => itemId === eventId);
      if (before === undefined && original === undefined)
        throw new Problem('EVENT_NOT_FOUND', `No entry of this match is known as ${quoted(eventId)}.`);
      const made = { by: request.user.sub, at: clock.now() };
      const answer =
        before === undefined
          ? await enter(undoOf(original as StoredEvent, view, made), view, request.headers['if-match'])
          : repeated(before);
      return reply.code(202).header('cache-control', 'no-store').send(answer);
    },
  );
};

const find = (entries: readonly StoredEvent[], id: string | undefined): StoredEvent | undefined =>
  entries.find(({ externalId }) => externalId === id);

const repeated = (event: StoredEvent) => receipt({ accepted: true, ...event, duplicate: true });

/** Whether a kept entry is what is said now; what we have added to it is not compared. */
function saysTheSame(kept: StoredEvent, eventType: string, said: Readonly<Record<string, unknown>>): boolean {
  const data = JSON.parse(kept.data) as Readonly<Record<string, unknown>>;
  return (
    kept.eventType === eventType &&
    Object.entries(said).every(([name, value]) => isDeepStrictEqual(data[name], value))
  );
}

function answerOf([result]: readonly IntakeResult[]) {
  if (result?.accepted) return receipt(result);
  throw refusal(result as Exclude<IntakeResult, { accepted: true }>);
}
