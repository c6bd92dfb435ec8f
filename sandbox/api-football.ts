import { isInPlay } from '../src/domain/status.ts';
import type { Sighting } from '../src/providers/simulated/sighting.ts';
import { type Answer, json } from './answer.ts';
import {
  type FootballLeague,
  writeFixture,
  writeLiveOdds,
  writePrematchOdds,
} from './api-football-elements.ts';
import type { Recordings } from './recordings.ts';
import { type Asked, type Refusal, retryHeader, TEST_KEY, type Upstream } from './upstream.ts';
import type { World } from './world.ts';

const LEAGUES: readonly FootballLeague[] = [
  { id: 39, league: 'epl', name: 'Premier League', country: 'England' },
  { id: 140, league: 'laliga', name: 'La Liga', country: 'Spain' },
  { id: 78, league: 'bundesliga', name: 'Bundesliga', country: 'Germany' },
  { id: 135, league: 'serie-a', name: 'Serie A', country: 'Italy' },
  { id: 61, league: 'ligue-1', name: 'Ligue 1', country: 'France' },
  { id: 253, league: 'mls', name: 'Major League Soccer', country: 'USA' },
];

const ROWS_PER_PAGE = 10;
const TOKEN = 'Error/Missing application key. Go to https://www.api-football.com/documentation-v3';

export interface FootballPlan {
  readonly perDay: number;
  readonly perMinute: number;
}

/** API-Football v3: the key is in a header, errors come with status 200 inside the envelope. */
export class ApiFootball implements Upstream {
  readonly id = 'api-football';
  readonly #world: World;
  readonly #recordings: Recordings | undefined;
  readonly #plan: FootballPlan;
  #day = { number: 0, used: 0 };
  #minute = { number: 0, used: 0 };

  constructor(world: World, recordings: Recordings | undefined, plan: FootballPlan) {
    this.#world = world;
    this.#recordings = recordings;
    this.#plan = plan;
  }

  answer(asked: Asked): Answer {
    const key = asked.headers['x-apisports-key'] ?? asked.headers['x-rapidapi-key'];
    // Only a request without any key is refused by its status.
    if (key === undefined) return { ...envelope('', asked.query, [], { token: TOKEN }), status: 403 };
    if (key !== TEST_KEY) return this.refuse('key-refused', asked, undefined);
    const over = this.#count();
    if (over !== undefined) return this.refuse(over === 'day' ? 'quota' : '429', asked, undefined);
    const elements = this.#elements(asked);
    if (typeof elements === 'string')
      return this.#limited(failure(asked, { [elements]: 'The field is wrong.' }));
    return this.#limited(paged(asked, elements));
  }

  refuse(refusal: Refusal, asked: Asked, retryAfter: string | undefined): Answer {
    if (refusal === 'key-refused') return failure(asked, { token: TOKEN });
    if (refusal === '500') return json({ message: 'Internal Server Error' }, 500);
    if (refusal === 'empty') return this.#limited(envelope(endpoint(asked), asked.query, []));
    if (refusal === '429') {
      const message = `Too many requests. Your rate limit is ${this.#plan.perMinute} requests per minute.`;
      const limit = failure(asked, { rateLimit: message });
      const headers = { 'x-ratelimit-limit': String(this.#plan.perMinute), 'x-ratelimit-remaining': '0' };
      // Seen as a 200 and as a 429; a Retry-After comes with neither, unless the fault asks for one.
      const status = retryAfter === undefined ? 200 : 429;
      return { ...limit, status, headers: { ...limit.headers, ...headers, ...retryHeader(retryAfter) } };
    }
    const spent = failure(asked, { requests: 'You have reached the request limit for the day, Go to …' });
    const headers = {
      'x-ratelimit-requests-limit': String(this.#plan.perDay),
      'x-ratelimit-requests-remaining': '0',
    };
    return { ...spent, headers: { ...spent.headers, ...headers } };
  }

  #elements(asked: Asked): readonly unknown[] | string {
    const { query } = asked;
    const name = endpoint(asked);
    if (this.#recordings) return this.#recordings.football(name, query);
    if (name === 'status') return [];
    if (name === 'odds/live') {
      const live = this.#all(query.get('league')).filter(({ seen }) => isInPlay(seen.status));
      return only(query.get('fixture'), live).map(({ seen, league }) => writeLiveOdds(seen, league));
    }
    if (name === 'odds') {
      const open = this.#dated(query).filter(({ seen }) => seen.status === 'scheduled');
      return open.map(({ seen, league }) => writePrematchOdds(seen, league));
    }
    if (name !== 'fixtures') return 'endpoint';
    const live = query.get('live');
    if (live === null) return this.#dated(query).map(({ seen, league }) => writeFixture(seen, league, false));
    const playing = this.#all(live).filter(({ seen }) => isInPlay(seen.status));
    return playing.map(({ seen, league }) => writeFixture(seen, league, true));
  }

  #dated(query: URLSearchParams): Row[] {
    const date = query.get('date');
    const rows = only(query.get('id') ?? query.get('fixture'), this.#all(query.get('league')));
    return rows.filter(
      ({ seen }) => date === null || new Date(seen.fixture.startsAt).toISOString().startsWith(date),
    );
  }

  /** All matches of the wanted leagues: `null` or `all`, or ids joined by `-`. */
  #all(leagues: string | null): Row[] {
    const ids = leagues === null || leagues === 'all' ? undefined : leagues.split('-').map(Number);
    return LEAGUES.filter(({ id }) => ids === undefined || ids.includes(id)).flatMap((league) =>
      this.#world.sightings('api-football', league.league).map((seen) => ({ seen, league })),
    );
  }

  /** Counts a request; tells which of the two limits it went over. */
  #count(): 'day' | 'minute' | undefined {
    const now = this.#world.now();
    const [day, minute] = [Math.floor(now / 86_400_000), Math.floor(now / 60_000)];
    if (this.#day.number !== day) this.#day = { number: day, used: 0 };
    if (this.#minute.number !== minute) this.#minute = { number: minute, used: 0 };
    if (this.#day.used >= this.#plan.perDay) return 'day';
    if (this.#minute.used >= this.#plan.perMinute) return 'minute';
    this.#day.used++;
    this.#minute.used++;
    return undefined;
  }

  #limited(answer: Answer): Answer {
    const { perDay, perMinute } = this.#plan;
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'x-ratelimit-requests-limit': String(perDay),
        'x-ratelimit-requests-remaining': String(perDay - this.#day.used),
        'x-ratelimit-limit': String(perMinute),
        'x-ratelimit-remaining': String(perMinute - this.#minute.used),
      },
    };
  }
}

interface Row {
  readonly seen: Sighting;
  readonly league: FootballLeague;
}

const only = (id: string | null, rows: readonly Row[]): Row[] =>
  rows.filter(({ seen }) => id === null || String(seen.fixture.salt) === id);

const endpoint = ({ path }: Asked): string => path.replace(/^\/(v3\/)?|\/$/g, '');

function paged(asked: Asked, elements: readonly unknown[]): Answer {
  const { query } = asked;
  const name = endpoint(asked);
  if (name !== 'odds') return envelope(name, query, elements);
  const total = Math.max(1, Math.ceil(elements.length / ROWS_PER_PAGE));
  const current = Number(query.get('page') ?? 1);
  const rows = elements.slice((current - 1) * ROWS_PER_PAGE, current * ROWS_PER_PAGE);
  return envelope(name, query, rows, [], { current, total });
}

const failure = (asked: Asked, errors: Readonly<Record<string, string>>): Answer =>
  envelope(endpoint(asked), asked.query, [], errors);

/** Parameters are `[]` when there are none, errors are `[]` when there are none. */
function envelope(
  get: string,
  query: URLSearchParams,
  response: readonly unknown[],
  errors: Readonly<Record<string, string>> | readonly [] = [],
  paging = { current: 1, total: 1 },
): Answer {
  const parameters = Object.fromEntries(query);
  return json({
    get,
    parameters: Object.keys(parameters).length === 0 ? [] : parameters,
    errors,
    results: response.length,
    paging,
    response,
  });
}
