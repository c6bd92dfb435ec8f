import type { LeagueId } from '../src/domain/ids.ts';
import { spread } from '../src/domain/spread.ts';
import { isInPlay, isOver } from '../src/domain/status.ts';
import { iso } from '../src/domain/time.ts';
import { books } from '../src/providers/simulated/bookmaker.ts';
import { spelled } from '../src/providers/simulated/clubs.ts';
import type { Sighting } from '../src/providers/simulated/sighting.ts';
import { type Answer, html, json } from './answer.ts';
import { BetfairExchange, type ExchangeMarket, type Selection } from './betfair-exchange.ts';
import { type Asked, type Refusal, retryHeader, TEST_KEY, type Upstream } from './upstream.ts';
import { VIEWS, type World } from './world.ts';

/** The account that may log in; its password is the test key. */
export const TEST_USER = 'test-user';
/** A session that is good without a login, until they are all ended. */
export const TEST_SESSION = 'test-session';

const DRAW = 58_805;
const COMPETITIONS: Readonly<Record<LeagueId, readonly [id: string, name: string]>> = {
  epl: ['10932509', 'English Premier League'],
  laliga: ['117', 'Spanish La Liga'],
  bundesliga: ['59', 'German Bundesliga'],
  'serie-a': ['81', 'Italian Serie A'],
  'ligue-1': ['55', 'French Ligue 1'],
  mls: ['141', 'US Major League Soccer'],
};

/** The Exchange's REST side: login, the catalogue, and books; and the sessions that are good on its stream too. */
export class Betfair implements Upstream {
  readonly id = 'betfair';
  readonly isPosted = true;
  readonly exchange: BetfairExchange;
  readonly #world: World | undefined;
  readonly #sessions = new Set([TEST_SESSION]);
  #logins = 0;

  /** Without `markets` it trades the matches of the simulated league. */
  constructor(world: World, markets?: readonly ExchangeMarket[]) {
    this.#world = markets ? undefined : world;
    this.exchange = new BetfairExchange(markets);
    this.refresh();
  }

  get logins(): number {
    return this.#logins;
  }

  /** Brings the markets to what the simulated league is at now. */
  refresh(): void {
    for (const league of this.#world?.leagues('soccer') ?? []) {
      for (const seen of this.#world?.sightings('betfair', league) ?? []) {
        const market = marketOf(seen, league, this.exchange);
        if (market) this.exchange.put(market);
      }
    }
  }

  isGood(appKey: unknown, session: unknown): boolean {
    return appKey === TEST_KEY && typeof session === 'string' && this.#sessions.has(session);
  }

  /** Ends every session, as time would. */
  endSessions(): void {
    this.#sessions.clear();
  }

  answer(asked: Asked): Answer {
    const appKey = asked.headers['x-application'];
    if (asked.path === '/identity/login') return this.#logIn(appKey, new URLSearchParams(asked.body));
    if (asked.path !== '/json-rpc/v1') return html('404 Not Found', 404);
    const { method, params } = callIn(asked.body);
    if (appKey !== TEST_KEY) return rpcError('INVALID_APP_KEY');
    if (!this.isGood(appKey, asked.headers['x-authentication']))
      return rpcError('INVALID_SESSION_INFORMATION');
    this.refresh();
    if (method === 'SportsAPING/v1.0/listMarketCatalogue') return rpcResult(this.#catalogue(params));
    if (method !== 'SportsAPING/v1.0/listMarketBook') return rpcError('INVALID_INPUT_DATA');
    const ids = (params.marketIds ?? []) as string[];
    // Five points for the best offers of a market, 200 a request.
    return ids.length > 40 ? rpcError('TOO_MUCH_DATA') : rpcResult(ids.flatMap((id) => this.#book(id)));
  }

  refuse(refusal: Refusal, _asked: Asked, retryAfter: string | undefined): Answer {
    if (refusal === 'empty') return rpcResult([]);
    if (refusal === '500') return html('500 Internal Server Error', 500);
    if (refusal === 'key-refused') return rpcError('INVALID_APP_KEY');
    return { ...rpcError('TOO_MANY_REQUESTS'), headers: retryHeader(retryAfter) };
  }

  #logIn(appKey: string | undefined, form: URLSearchParams): Answer {
    this.#logins += 1;
    const isHim = form.get('username') === TEST_USER && form.get('password') === TEST_KEY;
    if (!isHim || appKey !== TEST_KEY) {
      return json({
        token: '',
        product: appKey ?? '',
        status: 'FAIL',
        error: 'INVALID_USERNAME_OR_PASSWORD',
      });
    }
    const token = `session-${this.#logins}`;
    this.#sessions.add(token);
    return json({ token, product: appKey, status: 'SUCCESS', error: '' });
  }

  #catalogue(params: Readonly<Record<string, unknown>>): unknown[] {
    const { eventTypeIds, marketTypeCodes, competitionIds } = (params.filter ?? {}) as Record<
      string,
      string[]
    >;
    const wanted = (list: readonly string[] | undefined, value: string) => !list || list.includes(value);
    return this.exchange
      .markets()
      .filter(({ status }) => status !== 'CLOSED')
      .filter((one) => wanted(eventTypeIds, one.eventTypeId) && wanted(marketTypeCodes, one.type))
      .filter(({ competition }) => wanted(competitionIds, competition.id))
      .sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
      .slice(0, Number(params.maxResults ?? 200))
      .map(listed);
  }

  #book(id: string): unknown[] {
    const market = this.exchange.market(id);
    if (!market) return [];
    const runners = market.selections.map(({ id: selectionId, status = 'ACTIVE', back }) => ({
      selectionId,
      handicap: 0,
      status,
      ex: { availableToBack: back === null ? [] : [{ price: back, size: 25 }], availableToLay: [] },
    }));
    return [{ marketId: id, status: market.status, inplay: market.inPlay, runners }];
  }
}

const rpcResult = (result: unknown): Answer => json({ jsonrpc: '2.0', result, id: 1 });

const rpcError = (errorCode: string): Answer =>
  json({
    jsonrpc: '2.0',
    error: {
      code: -32_099,
      message: 'ANGX-0003',
      data: { exceptionname: 'APINGException', APINGException: { errorCode, errorDetails: '' } },
    },
    id: 1,
  });

function callIn(body: string | undefined): { method: string; params: Readonly<Record<string, unknown>> } {
  try {
    const { method, params } = JSON.parse(body ?? '') as Record<string, unknown>;
    return { method: String(method), params: (params ?? {}) as Record<string, unknown> };
  } catch {
    return { method: '', params: {} };
  }
}

const listed = (market: ExchangeMarket) => ({
  marketId: market.id,
  marketName: market.type === 'MATCH_ODDS' ? 'Match Odds' : market.type,
  marketStartTime: market.startsAt,
  description: { marketType: market.type, bettingType: 'ODDS', turnInPlayEnabled: true },
  totalMatched: 0,
  runners: market.selections.map(({ id, name }, index) => ({
    selectionId: id,
    runnerName: name,
    handicap: 0,
    sortPriority: index + 1,
  })),
  eventType: { id: market.eventTypeId, name: 'Soccer' },
  competition: market.competition,
  event: { ...market.event, timezone: 'GMT', openDate: market.startsAt },
});

/** A simulated match's market; one that is over leaves the exchange closed, and one that was never there stays away. */
function marketOf(seen: Sighting, league: LeagueId, exchange: BetfairExchange): ExchangeMarket | undefined {
  const { fixture, status } = seen;
  const id = `1.${fixture.salt}`;
  const before = exchange.market(id);
  if (isOver(status)) return before && { ...before, status: 'CLOSED' };
  const [book] = books(seen, VIEWS.betfair.bookmakers);
  const prices = book?.markets.find(({ type }) => type === 'h2h')?.prices;
  if (!book || !prices) return before && { ...before, status: 'SUSPENDED' };
  const [home, away] = [spelled(fixture.home, 'short').name, spelled(fixture.away, 'short').name];
  const backOf = (name: string) => prices.find(({ outcome }) => outcome === name)?.price ?? null;
  const selections: Selection[] = [
    { id: selectionId(home), name: home, back: backOf('home') },
    { id: selectionId(away), name: away, back: backOf('away') },
    { id: DRAW, name: 'The Draw', back: backOf('draw') },
  ];
  const [competitionId, name] = COMPETITIONS[league] ?? [String(spread(league)), league];
  return {
    id,
    type: 'MATCH_ODDS',
    status: book.suspended ? 'SUSPENDED' : 'OPEN',
    inPlay: isInPlay(status),
    startsAt: iso(fixture.startsAt),
    eventTypeId: '1',
    event: { id: String(fixture.salt), name: `${home} v ${away}` },
    competition: { id: competitionId, name },
    selections,
  };
}

const selectionId = (name: string): number => 100_000 + (spread(name) % 50_000_000);
