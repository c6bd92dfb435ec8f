import { tokenMaker } from './api.ts';

export const PUSH_SECRET = 'push-tests-5d1c9e7b3f8a4260b7d2c4e6a8f01357';

export interface Pushed {
  readonly status: number;
  readonly shardId: number;
  readonly sequenceNumber: number;
}

/** Pushes to a server that has `PUSH_SECRET`, as a sender does. */
export async function pusher() {
  const sign = await tokenMaker(PUSH_SECRET);
  const now = Math.floor(Date.now() / 1_000);
  const token = sign({ sub: 'feed', scope: 'ingest operator', iat: now, exp: now + 3_600 });
  const send = (url: string, body: unknown) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  return {
    token,
    post: send,
    /** One event; throws unless it was accepted. */
    push: async (
      url: string,
      source: string,
      eventType: string,
      id: string,
      data: object,
    ): Promise<Pushed> => {
      const answer = await send(`${url}/ingest`, { source, eventType, id, data });
      const body = (await answer.json()) as Pushed;
      if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(body)}`);
      return { ...body, status: answer.status };
    },
  };
}

/** The fields that introduce an invented match of today. */
export const aFixture = (matchId: string, home: string, away: string, startsAt: string) => ({
  matchId,
  sport: 'soccer',
  league: 'epl',
  homeTeam: home,
  awayTeam: away,
  startsAt,
});
