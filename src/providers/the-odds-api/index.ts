import { type Static, Type } from 'typebox';
import { secret } from '../../config/secret.ts';
import { providerId } from '../../domain/ids.ts';
import { seconds } from '../../domain/time.ts';
import type { PollAnswer, PollTarget, Provider, ProviderHost } from '../../ports/provider.ts';
import { defineProvider } from '../define-provider.ts';
import { errorIn } from './errors.ts';
import { readSports, SPORT_PATTERN } from './leagues.ts';
import { decode } from './map.ts';
import { quotaOf } from './quota.ts';

const Keys = (options: { default: string[]; description: string }) =>
  Type.Array(Type.String({ pattern: '^[a-z0-9_]+$' }), options);

const Settings = Type.Object({
  key: secret({ description: 'API key of the-odds-api.com' }),
  baseUrl: Type.String({ default: 'https://api.the-odds-api.com', description: 'Where The Odds API is' }),
  sports: Type.Array(Type.String({ pattern: SPORT_PATTERN }), {
    minItems: 1,
    default: ['nfl', 'nba', 'epl'],
    description: 'Leagues to poll: our ids (nba, epl) or their sport keys (soccer_norway_eliteserien)',
  }),
  regions: Keys({ default: ['us'], description: 'Regions of bookmakers: us, us2, uk, eu, au, …' }),
  markets: Keys({
    default: ['h2h', 'spreads', 'totals'],
    description: 'Markets to ask for; each costs credits',
  }),
  bookmakers: Keys({ default: [], description: 'Bookmakers to ask for in place of regions' }),
});
type Settings = Static<typeof Settings>;

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
    'mma',
  ],
  offers: ['scores', 'markets'],
  // 30 requests a second are allowed, but scores and prices move every 30 to 60 s there and every poll costs credits:
  // https://the-odds-api.com/liveapi/guides/v4/
  pace: { minInterval: seconds(10), timeout: seconds(10) },
  settings: Settings,
  secretQuery: ['apiKey'],
  decode,
  errorOf: (status, _headers, body) => errorIn(body, status),
  quotaOf,
  create: (settings, host) => new TheOddsApi(settings, host),
});

class TheOddsApi implements Provider {
  readonly #settings: Settings;
  readonly #http: ProviderHost['http'];
  readonly #paths: ReadonlyMap<string, string>;
  readonly #targets: readonly PollTarget[];

  constructor(settings: Settings, { http }: ProviderHost) {
    this.#settings = settings;
    this.#http = http;
    const requests = readSports(settings.sports).flatMap(({ key, sport, league }) => [
      {
        target: { id: `markets:${league}`, kind: 'markets', sport, league, cost: oddsCost(settings) },
        path: `/v4/sports/${key}/odds?${oddsQuery(settings)}`,
      } as const,
      {
        target: { id: `scores:${league}`, kind: 'scores', sport, league, cost: 1 },
        path: `/v4/sports/${key}/scores?dateFormat=iso`,
      } as const,
    ]);
    this.#targets = requests.map(({ target }) => target);
    this.#paths = new Map(requests.map(({ target, path }) => [target.id, path]));
  }

  targets(): readonly PollTarget[] {
    return this.#targets;
  }

  async poll(target: PollTarget, signal: AbortSignal): Promise<PollAnswer> {
    const path = this.#paths.get(target.id);
    if (path === undefined) throw new RangeError(`no target ${target.id}`);
    const {
      body,
      status: _,
      headers: __,
      ...answer
    } = await this.#http.getJson({
      path,
      query: { apiKey: this.#settings.key },
      signal,
    });
    return { ...answer, ...decode(body, { path, receivedAt: answer.receivedAt }) };
  }
}

function oddsQuery({ regions, bookmakers, markets }: Settings): string {
  const from = bookmakers.length > 0 ? `bookmakers=${bookmakers.join(',')}` : `regions=${regions.join(',')}`;
  return `${from}&markets=${markets.join(',')}&oddsFormat=decimal&dateFormat=iso`;
}

/** Credits: markets × regions, where each ten bookmakers count as a region. */
function oddsCost({ regions, bookmakers, markets }: Settings): number {
  const from = bookmakers.length > 0 ? Math.ceil(bookmakers.length / 10) : regions.length;
  return markets.length * from;
}
