import { anApi, tokenMaker } from './api.ts';

type Api = ReturnType<typeof anApi>;

/** An API with a token that may do everything to events, and the way to push to it. */
export async function anIngestApi(...given: Parameters<typeof anApi>) {
  const api = anApi(...given);
  await api.app.ready();
  const now = Math.floor(api.clock.now() / 1000);
  const sign = await tokenMaker();
  const token = (scope: string) => sign({ sub: 'feeder', scope, iat: now, exp: now + 86_400 });
  const authorization = `Bearer ${token('ingest operator read')}`;
  return {
    ...api,
    token,
    authorization,
    push: (
      payload: Parameters<Api['send']>[0] extends { payload?: infer P } ? P : never,
      headers: Record<string, string> = {},
    ) =>
      api.send({
        method: 'POST',
        url: '/ingest',
        headers: { 'content-type': 'application/json', authorization, ...headers },
        payload: payload as object,
      }),
  };
}

/** A score that is taken; `more` takes the place of its parts. */
export const anEvent = (more: object = {}) => ({
  source: 'north-feed',
  eventType: 'live_score',
  data: { matchId: 'rovers-united', homeScore: 2, awayScore: 1 },
  ...more,
});
