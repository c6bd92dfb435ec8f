import type { LeagueId } from '../src/domain/ids.ts';
import { isOver } from '../src/domain/status.ts';
import type { Sighting } from '../src/providers/simulated/sighting.ts';
import { type Answer, html, json, recordedJson } from './answer.ts';
import type { Recordings } from './recordings.ts';
import { writeEvent, writeOdds, writeScores } from './the-odds-api-events.ts';
import { type Asked, type Refusal, retryHeader, TEST_KEY, type Upstream } from './upstream.ts';
import type { World } from './world.ts';

const SPORTS: Readonly<Record<string, readonly [league: LeagueId, title: string, group: string]>> = {
  soccer_epl: ['epl', 'EPL', 'Soccer'],
  soccer_spain_la_liga: ['laliga', 'La Liga - Spain', 'Soccer'],
  soccer_germany_bundesliga: ['bundesliga', 'Bundesliga - Germany', 'Soccer'],
  soccer_italy_serie_a: ['serie-a', 'Serie A - Italy', 'Soccer'],
  soccer_france_ligue_one: ['ligue-1', 'Ligue 1 - France', 'Soccer'],
  soccer_usa_mls: ['mls', 'MLS', 'Soccer'],
  americanfootball_nfl: ['nfl', 'NFL', 'American Football'],
  americanfootball_ncaaf: ['ncaaf', 'NCAAF', 'American Football'],
  basketball_nba: ['nba', 'NBA', 'Basketball'],
  basketball_ncaab: ['ncaab', 'NCAAB', 'Basketball'],
  basketball_wnba: ['wnba', 'WNBA', 'Basketball'],
  basketball_euroleague: ['euroleague', 'Basketball Euroleague', 'Basketball'],
  baseball_mlb: ['mlb', 'MLB', 'Baseball'],
  icehockey_nhl: ['nhl', 'NHL', 'Ice Hockey'],
  tennis_atp_harbour_open: ['atp', 'ATP Harbour Open', 'Tennis'],
};

const MARKETS = ['h2h', 'spreads', 'totals', 'outrights'];
const ROUTE = /^\/v4\/sports\/([a-z0-9_]+)\/(odds|scores|events)\/?$/;

/** The Odds API v4: the key is in the query, credits are counted in headers, a used-up quota is a 401. */
export class TheOddsApi implements Upstream {
  readonly id = 'the-odds-api';
  readonly #world: World;
  readonly #recordings: Recordings | undefined;
  readonly #credits: number;
  #used = 0;

  constructor(world: World, recordings: Recordings | undefined, credits: number) {
    this.#world = world;
    this.#recordings = recordings;
    this.#credits = credits;
  }

  answer(asked: Asked): Answer {
    const { path, query } = asked;
    const key = query.get('apiKey');
    if (key === null || key === '') return error(401, 'MISSING_KEY', 'API key is missing');
    if (key !== TEST_KEY) return this.refuse('key-refused', asked, undefined);
    if (/^\/v4\/sports\/?$/.test(path)) return this.#charged(this.#sports(), 0);
    const [, sport = '', route = ''] = ROUTE.exec(path) ?? [];
    if (route === '') return error(404, 'NOT_FOUND', 'Not found');
    const recorded = this.#recordings?.oddsApi(route, sport);
    if (SPORTS[sport] === undefined && recorded === undefined)
      return error(404, 'UNKNOWN_SPORT', 'Unknown sport');
    const fault = faultIn(route, query);
    if (fault !== undefined) return fault;
    const answer = recorded === undefined ? json(this.#list(route, sport, query)) : recordedJson(recorded);
    const cost = answer.body === '[]' ? 0 : costOf(route, query);
    if (this.#used + cost > this.#credits) return this.refuse('quota', asked, undefined);
    return this.#charged(answer, cost);
  }

  refuse(refusal: Refusal, _asked: Asked, retryAfter: string | undefined): Answer {
    if (refusal === 'empty') return this.#charged(json([]), 0);
    if (refusal === '500') return html('500 Internal Server Error', 500);
    if (refusal === '429')
      return error(429, 'EXCEEDED_FREQ_LIMIT', 'Requests are too frequent', retryHeader(retryAfter));
    if (refusal === 'quota')
      return error(401, 'OUT_OF_USAGE_CREDITS', 'Usage quota has been reached. See usage plans', {
        'x-requests-remaining': '0',
        'x-requests-used': String(this.#credits),
      });
    return error(401, 'INVALID_KEY', 'API key is not valid');
  }

  #charged(answer: Answer, cost: number): Answer {
    this.#used += cost;
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'x-requests-remaining': String(this.#credits - this.#used),
        'x-requests-used': String(this.#used),
        'x-requests-last': String(cost),
      },
    };
  }

  #sports(): Answer {
    const played = new Set(this.#recordings ? [] : this.#world.leagues());
    return json(
      Object.entries(SPORTS).map(([key, [league, title, group]]) => ({
        key,
        group,
        title,
        description: title,
        active: played.has(league) || this.#recordings?.oddsApi('odds', key) !== undefined,
        has_outrights: false,
      })),
    );
  }

  #list(route: string, key: string, query: URLSearchParams): unknown[] {
    const [league, title] = SPORTS[key] ?? [];
    if (league === undefined || title === undefined || this.#recordings) return [];
    const seen = this.#world.sightings('the-odds-api', league).filter(({ status }) => status !== 'postponed');
    const coming = ({ status }: Sighting) => !isOver(status);
    if (route === 'events') return seen.filter(coming).map((one) => writeEvent(one, key, title));
    if (route === 'scores') {
      const listed = query.has('daysFrom') ? seen : seen.filter(coming);
      return listed.map((one) => writeScores(one, key, title));
    }
    const request = {
      markets: commaList(query.get('markets') ?? 'h2h'),
      bookmakers: query.has('bookmakers') ? commaList(query.get('bookmakers') ?? '') : undefined,
      american: query.get('oddsFormat') === 'american',
    };
    return seen.filter(coming).map((one) => writeOdds(one, key, title, request));
  }
}

const commaList = (text: string): string[] => text.split(',').filter((word) => word !== '');

function faultIn(route: string, query: URLSearchParams): Answer | undefined {
  if (route !== 'odds') return undefined;
  if (!query.has('regions') && !query.has('bookmakers'))
    return error(422, 'MISSING_REGION', 'Missing regions or bookmakers key');
  const unknown = commaList(query.get('markets') ?? 'h2h').filter((market) => !MARKETS.includes(market));
  if (unknown.length === 0) return undefined;
  return error(422, 'INVALID_MARKET', `Markets not supported by this endpoint: ${unknown.join(', ')}`);
}

function costOf(route: string, query: URLSearchParams): number {
  if (route === 'events') return 0;
  if (route === 'scores') return query.has('daysFrom') ? 2 : 1;
  const regions = query.has('bookmakers')
    ? Math.ceil(commaList(query.get('bookmakers') ?? '').length / 10)
    : commaList(query.get('regions') ?? '').length;
  return commaList(query.get('markets') ?? 'h2h').length * regions;
}

const error = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer =>
  json(
    {
      message,
      error_code: code,
      details_url: `https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html#${code.toLowerCase().replace(/_/g, '-')}`,
    },
    status,
    headers,
  );
