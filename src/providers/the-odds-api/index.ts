import { type Static, Type } from 'typebox';
import { providerId } from '../../domain/ids.ts';
import { days, seconds } from '../../domain/time.ts';
import { inTurns } from '../../platform/steps.ts';
import type { HttpClient } from '../../ports/http-client.ts';
import type { PollAnswer, PollTarget, Provider } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { secret } from '../../ports/secret.ts';
import { commaListPattern, readCommaList } from '../comma-list.ts';
import { defineProvider } from '../define-provider.ts';
import { errorIn } from './errors.ts';
import { readSports, SPORTS_PATTERN } from './leagues.ts';
import { decode, decodeInSteps } from './map.ts';
import { quotaOf } from './quota.ts';

const keys = (options: { default: string; description: string }) =>
  Type.String({ pattern: commaListPattern('[a-z0-9_]+'), ...options });

const settings = Type.Object({
  key: secret({ description: 'API key of the-odds-api.com.' }),
  baseUrl: Type.String({
    default: 'https://api.the-odds-api.com',
    pattern: '^https?://',
    description: 'Where The Odds API is.',
  }),
  sports: Type.String({
    default: 'nfl,nba,epl',
    pattern: SPORTS_PATTERN,
    description:
      'Leagues to poll, separated by commas: our ids (nba) or their sport keys (soccer_norway_eliteserien).',
  }),
  regions: keys({ default: 'us', description: 'Regions of bookmakers: us, us2, uk, eu, au, …' }),
  markets: keys({ default: 'h2h,spreads,totals', description: 'Markets to ask for; each costs credits.' }),
  bookmakers: Type.Optional(
    Type.String({
      pattern: commaListPattern('[a-z0-9_]+'),
      description: 'Bookmakers to ask for, in place of regions; ten cost as much as one region.',
    }),
  ),
});
type Settings = Static<typeof settings>;

/** The Odds API v4: prices of many bookmakers, and scores without period or clock. Every poll costs credits. */
export const theOddsApi = defineProvider({
  id: providerId('the-odds-api'),
  name: 'The Odds API',
  sports: [
    'soccer',
    'american_football',
    'basketball',
    'baseball',
    'ice_hockey',
    'tennis',
    'cricket',
    'rugby',
    'handball',
    'mma',
    'other',
  ],
  offers: ['scores', 'markets'],
  // 30 requests a second are allowed, but scores and prices move every 30 to 60 s there:
  // https://the-odds-api.com/liveapi/guides/v4/
  // Credits are bought by the month; no answer tells the day on which they come back.
  pace: { minInterval: seconds(10), timeout: seconds(10), quotaPeriod: days(30) },
  settings,
  secretQuery: ['apiKey'],
  decode,
  errorOf: (status, headers, body, now) => errorIn(body, status, headers, now),
  quotaOf,
  create: (chosen, { http }) => new TheOddsApi(chosen, http),
});

class TheOddsApi implements Provider {
  readonly #key: string;
  readonly #http: HttpClient;
  readonly #requests: ReadonlyMap<string, { readonly target: PollTarget; readonly path: string }>;

  constructor(chosen: Settings, http: HttpClient) {
    this.#key = chosen.key;
    this.#http = http;
    this.#requests = new Map(requestsOf(chosen).map((request) => [request.target.id, request]));
  }

  targets(): readonly PollTarget[] {
    return [...this.#requests.values()].map(({ target }) => target);
  }

  async poll({ id }: PollTarget, signal: AbortSignal): Promise<PollAnswer> {
    const path = this.#requests.get(id)?.path;
    if (path === undefined) {
      throw new ProviderError('PROVIDER_REQUEST_REFUSED', 'No such target', { details: { target: id } });
    }
    const answer = await this.#http.getJson({ path, query: { apiKey: this.#key }, signal });
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

function requestsOf(chosen: Settings): { target: PollTarget; path: string }[] {
  const odds = oddsQuery(chosen);
  return readSports(chosen.sports).flatMap(({ key, sport, league, target }) => [
    {
      target: { id: `markets:${target}`, kind: 'markets', sport, league, cost: odds.cost },
      path: `/v4/sports/${key}/odds?${odds.query}`,
    },
    {
      // Without `daysFrom` a game leaves the answer when it ends, and nobody would hear its result: two credits, not one.
      target: { id: `scores:${target}`, kind: 'scores', sport, league, cost: 2 },
      path: `/v4/sports/${key}/scores?daysFrom=1&dateFormat=iso`,
    },
  ]);
}

/** The query of `/odds` without the key, and the credits it costs: markets × regions. */
function oddsQuery(chosen: Settings): { query: string; cost: number } {
  const markets = readCommaList(chosen.markets);
  const regions = readCommaList(chosen.regions);
  const bookmakers = readCommaList(chosen.bookmakers ?? '');
  const from = bookmakers.length > 0 ? `bookmakers=${bookmakers.join(',')}` : `regions=${regions.join(',')}`;
  const counted = bookmakers.length > 0 ? Math.ceil(bookmakers.length / 10) : regions.length;
  return {
    query: `${from}&markets=${markets.join(',')}&oddsFormat=decimal&dateFormat=iso`,
    cost: markets.length * counted,
  };
}
