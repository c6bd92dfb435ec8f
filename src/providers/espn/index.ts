import { type Static, Type } from 'typebox';
import { providerId } from '../../domain/ids.ts';
import { after, minutes, seconds } from '../../domain/time.ts';
import { inTurns } from '../../platform/steps.ts';
import type { HttpClient } from '../../ports/http-client.ts';
import type { PollAnswer, PollTarget, Provider } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { commaListPattern, readCommaList } from '../comma-list.ts';
import { defineProvider } from '../define-provider.ts';
import { ESPN_LEAGUES, type EspnLeague } from './leagues.ts';
import { decode, decodeInSteps } from './map.ts';

const ids = ESPN_LEAGUES.map(({ league }) => league);

const settings = Type.Object({
  baseUrl: Type.String({
    default: 'https://site.api.espn.com',
    pattern: '^https?://',
    description: 'Where the scoreboards are.',
  }),
  leagues: Type.String({
    default: 'nfl,nba,mlb,nhl,epl,laliga,bundesliga,serie-a,ligue-1,mls,ucl',
    pattern: commaListPattern(ids.join('|')),
    description: `Leagues to poll, separated by commas: ${ids.join(', ')}.`,
  }),
});

/** ESPN's public scoreboards: unofficial, no key. A scoreboard carries a league's scores and its odds. */
export const espn = defineProvider({
  id: providerId('espn'),
  name: 'ESPN',
  sports: ['american_football', 'basketball', 'baseball', 'ice_hockey', 'soccer'],
  offers: ['scores', 'markets'],
  // Nothing is published; its own pages ask every 10 to 15 s.
  pace: { minInterval: seconds(10), timeout: seconds(8), concurrency: 2 },
  settings,
  decode,
  // The CDN's answer to those who ask too often; there is no key that could be refused.
  errorOf: (status, _headers, _body, now) =>
    status === 403
      ? new ProviderError('PROVIDER_RATE_LIMITED', 'ESPN refuses us for now', {
          retryAt: after(now, minutes(5)),
        })
      : undefined,
  create: (chosen, { http }) => new Espn(chosen, http),
});

class Espn implements Provider {
  readonly #http: HttpClient;
  readonly #targets: ReadonlyMap<string, { readonly target: PollTarget; readonly league: EspnLeague }>;

  constructor({ leagues }: Static<typeof settings>, http: HttpClient) {
    this.#http = http;
    const chosen = new Set(readCommaList(leagues));
    this.#targets = new Map(
      ESPN_LEAGUES.filter(({ league }) => chosen.has(league)).map((league) => {
        const id = `scores:${league.league}`;
        return [id, { league, target: { id, kind: 'scores', sport: league.sport, league: league.league } }];
      }),
    );
  }

  targets(): readonly PollTarget[] {
    return [...this.#targets.values()].map(({ target }) => target);
  }

  async poll({ id }: PollTarget, signal: AbortSignal): Promise<PollAnswer> {
    const league = this.#targets.get(id)?.league;
    if (league === undefined) {
      throw new ProviderError('PROVIDER_REQUEST_REFUSED', 'No such target', { details: { target: id } });
    }
    const path = `/apis/site/v2/sports/${league.path}/scoreboard`;
    const answer = await this.#http.getJson({ path, signal, ...(league.query && { query: league.query }) });
    const { requestedAt, receivedAt, notModified, freshFor } = answer;
    return {
      ...(await inTurns(decodeInSteps(answer.body, { path }), signal)),
      requestedAt,
      receivedAt,
      notModified,
      ...(freshFor !== undefined && { freshFor }),
    };
  }
}
