import { providerId } from '../../domain/ids.ts';
import type { Statement } from '../../domain/observation.ts';
import type { SportId } from '../../domain/sports/index.ts';
import { after, type EpochMs, hours, iso, minutes, seconds } from '../../domain/time.ts';
import type {
  Dropped,
  PollAnswer,
  PollTarget,
  Provider,
  ProviderHost,
  StreamItem,
} from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { readCommaList } from '../comma-list.ts';
import { defineProvider } from '../define-provider.ts';
import { BettingApi } from './betting-api.ts';
import { type Drop, readCatalogue } from './catalogue.ts';
import { converse } from './conversation.ts';
import { decode } from './decode.ts';
import { errorIn, isSessionRefused } from './errors.ts';
import { eventTypesOf, readSports, SPORTS } from './event-types.ts';
import { marketTypes } from './known-market.ts';
import { KnownMarkets } from './known-markets.ts';
import { readBooks } from './listed-books.ts';
import { Sessions } from './sessions.ts';
import { type Settings, settings } from './settings.ts';
import { StreamBook } from './stream-book.ts';
import { StreamMemory } from './stream-memory.ts';

const HEARTBEAT = seconds(2);

/**
 * Betfair Exchange: the best prices to back at, pushed by its stream. Who plays is polled (the stream has no names), and
 * so are the prices while the stream is down.
 */
export const betfair = defineProvider({
  id: providerId('betfair'),
  name: 'Betfair Exchange',
  sports: SPORTS,
  offers: ['markets'],
  // Five requests a second for a market; a stream with heartbeats of half a second to five:
  // https://docs.developer.betfair.com/
  pace: {
    minInterval: seconds(2),
    timeout: seconds(10),
    stream: { expectEvery: HEARTBEAT, deadAfter: 5 * HEARTBEAT, openWithin: seconds(30) },
  },
  settings,
  decode,
  errorOf: (_status, _headers, body, now) => errorIn(body, now),
  create: (chosen, host) => new Betfair(chosen, host),
});

/** New fixtures are listed hours ahead, and each listing that brings one costs a new image. */
const LIST_EVERY = minutes(5);
/** What one request may weigh: 200 points, 1 for a market with its description, 5 for one with its best offers. */
const MOST_LISTED = 200;
const MOST_BOOKS = 40;
/** Markets in play have begun; some matches last for days, but their first day is what most are followed for. */
const SINCE = hours(12);

type Question = (signal: AbortSignal) => Promise<PollAnswer>;

class Betfair implements Provider {
  readonly #settings: Settings;
  readonly #host: ProviderHost;
  readonly #sessions: Sessions;
  readonly #api: BettingApi;
  readonly #known = new KnownMarkets();
  readonly #memory = new StreamMemory(new StreamBook((marketId) => this.#known.find(marketId)));
  readonly #questions = new Map<string, { readonly target: PollTarget; readonly ask: Question }>();

  constructor(chosen: Settings, host: ProviderHost) {
    this.#settings = chosen;
    this.#host = host;
    this.#sessions = new Sessions(chosen, host.httpAt(chosen.identityUrl));
    this.#api = new BettingApi(host.http, this.#sessions, chosen.appKey);
    for (const sport of readSports(chosen.sports)) {
      const of = { kind: 'markets', sport } as const;
      this.#add({ ...of, id: `catalogue:${sport}`, minInterval: LIST_EVERY }, (signal) =>
        this.#list(sport, signal),
      );
      this.#add({ ...of, id: `prices:${sport}`, fallback: true }, (signal) => this.#price(sport, signal));
    }
  }

  targets(): readonly PollTarget[] {
    return [...this.#questions.values()].map(({ target }) => target);
  }

  async poll({ id }: PollTarget, signal: AbortSignal): Promise<PollAnswer> {
    const question = this.#questions.get(id);
    if (question === undefined) {
      throw new ProviderError('PROVIDER_REQUEST_REFUSED', 'No such target', { details: { target: id } });
    }
    return question.ask(signal);
  }

  /** An ended session is renewed here, once: it is a part of connecting, not another try. */
  async *connect(signal: AbortSignal): AsyncGenerator<StreamItem> {
    const { appKey, streamHost: host, streamPort: port, tls, maxMarkets } = this.#settings;
    await this.#listUnlisted(signal);
    // An empty filter would mean every market there is.
    if (this.#known.firstToStart(1).length === 0) return;
    for (let isRenewed = false; ; isRenewed = true) {
      const session = await this.#sessions.current(signal);
      const connection = await this.#host.lines.open({ host, port, tls }, signal);
      try {
        const [known, memory] = [this.#known, this.#memory];
        yield* converse(connection, {
          appKey,
          session,
          known,
          memory,
          maxMarkets,
          heartbeatMs: HEARTBEAT,
          clock: this.#host.clock,
          signal,
        });
      } catch (error) {
        if (isRenewed || !isSessionRefused(error)) throw error;
        await this.#sessions.renew(session, signal);
      } finally {
        connection.close();
      }
    }
  }

  #add(target: PollTarget, ask: Question): void {
    this.#questions.set(target.id, { target, ask });
  }

  async #listUnlisted(signal: AbortSignal): Promise<void> {
    for (const sport of readSports(this.#settings.sports)) {
      if (this.#known.of(sport).length === 0) await this.#list(sport, signal);
    }
  }

  /** Who plays, and in which markets: statements that tell of matches and nothing of prices. */
  async #list(sport: SportId, signal: AbortSignal): Promise<PollAnswer> {
    const answer = await this.#api.call('listMarketCatalogue', this.#listing(sport), signal);
    const dropped: Dropped[] = [];
    const markets = readCatalogue(answer.result, 'result', dropInto(dropped));
    this.#known.replace(sport, markets);
    const matches = new Map(markets.map(({ match }) => [match.externalId, match]));
    const statements = [...matches.values()].map((match): Statement => ({ match }));
    return { ...timesOf(answer), statements, dropped, notModified: false };
  }

  #listing(sport: SportId): object {
    const { competitions = '', hoursAhead, totals } = this.#settings;
    const now = this.#host.clock.now();
    const competitionIds = readCommaList(competitions);
    return {
      filter: {
        eventTypeIds: eventTypesOf(sport),
        ...(competitionIds.length > 0 && { competitionIds }),
        marketTypeCodes: marketTypes(totals && sport === 'soccer'),
        marketStartTime: { from: iso(after(now, -SINCE)), to: iso(after(now, hours(hoursAhead))) },
      },
      marketProjection: [
        'COMPETITION',
        'EVENT',
        'EVENT_TYPE',
        'MARKET_START_TIME',
        'MARKET_DESCRIPTION',
        'RUNNER_DESCRIPTION',
      ],
      sort: 'FIRST_TO_START',
      maxResults: MOST_LISTED,
    };
  }

  /** The prices of all markets that the stream would follow: several requests, all of them or none. */
  async #price(sport: SportId, signal: AbortSignal): Promise<PollAnswer> {
    signal.throwIfAborted();
    if (this.#known.of(sport).length === 0) await this.#list(sport, signal);
    const ids = this.#known
      .firstToStart(this.#settings.maxMarkets)
      .filter(({ match }) => match.sport === sport)
      .map(({ marketId }) => marketId);
    const books: unknown[] = [];
    const begun = this.#host.clock.now();
    let times = { requestedAt: begun, receivedAt: begun };
    for (let at = 0; at < ids.length; at += MOST_BOOKS) {
      const priceProjection = {
        priceData: ['EX_BEST_OFFERS'],
        exBestOffersOverrides: { bestPricesDepth: 1 },
      };
      const marketIds = ids.slice(at, at + MOST_BOOKS);
      const answer = await this.#api.call('listMarketBook', { marketIds, priceProjection }, signal);
      books.push(...answer.result);
      times = { requestedAt: begun, receivedAt: answer.receivedAt };
    }
    const dropped: Dropped[] = [];
    const statements = readBooks(books, (id) => this.#known.find(id), 'result', dropInto(dropped));
    return { ...times, statements, dropped, notModified: false };
  }
}

const dropInto =
  (dropped: Dropped[]): Drop =>
  (where, why) =>
    dropped.push({ where, why });

const timesOf = ({ requestedAt, receivedAt }: { requestedAt: EpochMs; receivedAt: EpochMs }) => ({
  requestedAt,
  receivedAt,
});
