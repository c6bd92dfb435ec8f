/** What every server of `bench/rest.ts` has to send: bodies as text. */
export interface Scene {
  readonly matchId: string;
  readonly sport: string;
  readonly score: string;
  readonly markets: string;
}

/** Takes the bodies from the server itself. */
export async function sceneOf(base: string, matchId: string): Promise<Scene> {
  const sport = 'soccer';
  const read = async (path: string) => {
    const response = await fetch(`${base}${path}`);
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response.text();
  };
  return {
    matchId,
    sport,
    score: await read(`/api/scores/${matchId}`),
    markets: await read(`/api/markets/${sport}`),
  };
}
