import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { isMatchId, type MatchId, providerId } from '../domain/ids.ts';
import type { Observation, ScoreClaim } from '../domain/observation.ts';
import { MATCH_STATUSES } from '../domain/status.ts';
import type { InletMessage } from '../ports/live-store.ts';

/** The source under which what is published by hand appears. */
export const INLET_SOURCE = providerId('redis');

const count = Type.Integer({ minimum: 0, maximum: 2_000 });
// Anybody's text ends up on everybody's screen, and Postgres keeps no NUL: nothing that cannot be seen.
const visible = (maxLength: number) =>
  Type.Refine(Type.String({ minLength: 1, maxLength }), (text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text));

const inletBody = Type.Object({
  homeScore: count,
  awayScore: count,
  period: Type.Optional(visible(60)),
  clock: Type.Optional(visible(20)),
  status: Type.Optional(Type.Union(MATCH_STATUSES.map((status) => Type.Literal(status)))),
});

export type InletReading =
  | { readonly ok: true; readonly matchId: MatchId; readonly claim: ScoreClaim }
  | { readonly ok: false; readonly why: 'bad_match_id' | 'not_json' | 'bad_shape' };

/** Reads a message that was published on `match:<id>`: `{"homeScore":2,"awayScore":1,"period":"2nd Half"}`. */
export function readInlet({ matchId, text }: InletMessage): InletReading {
  if (!isMatchId(matchId)) return { ok: false, why: 'bad_match_id' };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { ok: false, why: 'not_json' };
  }
  if (!Value.Check(inletBody, body)) return { ok: false, why: 'bad_shape' };
  const { homeScore, awayScore, period, clock, status } = body;
  return {
    ok: true,
    matchId,
    claim: {
      status: status ?? 'live',
      score: { home: homeScore, away: awayScore },
      ...(period === undefined ? {} : { period }),
      ...(clock === undefined ? {} : { clock: { display: clock } }),
    },
  };
}

/** The observation a published claim amounts to. */
export const inletObservation = (
  matchId: MatchId,
  claim: ScoreClaim,
  sport: Observation['match']['sport'],
  at: Observation['receivedAt'],
): Observation => ({
  provider: INLET_SOURCE,
  requestedAt: at,
  receivedAt: at,
  match: { externalId: matchId, sport },
  score: claim,
});
