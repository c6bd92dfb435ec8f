import { type Static, Type } from 'typebox';
import { providerId } from '../../domain/ids.ts';
import { type EpochMs, iso, seconds } from '../../domain/time.ts';
import type { PollAnswer, PollTarget, Provider, ProviderHost } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { secret } from '../../ports/secret.ts';
import { defineProvider } from '../define-provider.ts';
import { errorIn, errorOfStatus } from './errors.ts';
import { LEAGUES_PATTERN, leagueOfId, readLeagues } from './leagues.ts';
import { decode } from './map.ts';
import { readPages } from './pages.ts';
import { quotaOf } from './quota.ts';

const settings = Type.Object({
  key: secret({ description: 'API key of api-football.com (api-sports.io).' }),
  baseUrl: Type.String({
    default: 'https://v3.football.api-sports.io',
    pattern: '^https?://',
    description: 'Where API-Football is.',
  }),
  leagues: Type.Optional(
    Type.String({
      pattern: LEAGUES_PATTERN,
      description:
        'Leagues to poll, separated by commas: our ids (epl) or their numbers (39); all when empty.',
    }),
  ),
  schedule: Type.Boolean({
    default: true,
    description: 'Poll all fixtures of the day, not only those in play.',
  }),
  oddsPrematch: Type.Boolean({
    default: false,
    description: 'Poll odds before the match: 10 fixtures a request.',
  }),
  oddsLive: Type.Boolean({ default: false, description: 'Poll odds in play.' }),
  maxPages: Type.Integer({
    default: 40,
    minimum: 1,
    maximum: 200,
    description: 'The most requests that one poll of the odds before the match may take.',
  }),
});
type Settings = Static<typeof settings>;

/** API-Football v3 (API-Sports): fixtures of over a thousand leagues, odds before the match and in play. */
export const apiFootball = defineProvider({
  id: providerId('api-football'),
  name: 'API-Football',
  sports: ['soccer'],
  offers: ['scores', 'markets'],
  // Odds in play move every 5 s there, fixtures every 15 s: https://www.api-football.com/documentation-v3
  pace: { minInterval: seconds(5), timeout: seconds(15), concurrency: 1 },
  settings,
  decode,
  errorOf: (status, headers, body, now) => errorIn(body, now) ?? errorOfStatus(status, headers, now),
  quotaOf,
  create: (chosen, host) => new ApiFootball(chosen, host),
});

interface Question {
  readonly target: PollTarget;
  readonly path: (now: EpochMs) => string;
}

class ApiFootball implements Provider {
  readonly #settings: Settings;
  readonly #leagues: readonly number[];
  readonly #host: ProviderHost;
  readonly #questions: ReadonlyMap<string, Question>;

  constructor(chosen: Settings, host: ProviderHost) {
    this.#settings = chosen;
    this.#leagues = readLeagues(chosen.leagues ?? '');
    this.#host = host;
    const questions = questionsOf(chosen, this.#leagues);
    this.#questions = new Map(questions.map((question) => [question.target.id, question]));
  }

  targets(): readonly PollTarget[] {
    return [...this.#questions.values()].map(({ target }) => target);
  }

  async poll({ id }: PollTarget, signal: AbortSignal): Promise<PollAnswer> {
    const question = this.#questions.get(id);
    if (question === undefined) {
      throw new ProviderError('PROVIDER_REQUEST_REFUSED', 'No such target', { details: { target: id } });
    }
    return readPages(this.#host.http, {
      path: question.path(this.#host.clock.now()),
      // Nothing but the key: other headers are refused at times.
      headers: { 'x-apisports-key': this.#settings.key },
      signal,
      limit: this.#settings.maxPages,
      leagues: this.#leagues,
    });
  }
}

function questionsOf(chosen: Settings, leagues: readonly number[]): Question[] {
  const [only] = leagues.length === 1 ? leagues.map(leagueOfId) : [];
  const base = { sport: 'soccer', ...(only !== undefined && { league: only }) } as const;
  const live = leagues.length > 0 ? leagues.join('-') : 'all';
  const questions: (Question | false)[] = [
    { target: { ...base, id: 'scores:live', kind: 'scores' }, path: () => `/fixtures?live=${live}` },
    chosen.schedule && {
      target: { ...base, id: 'scores:today', kind: 'scores' },
      path: (now) => `/fixtures?date=${utcDay(now)}`,
    },
    chosen.oddsLive && { target: { ...base, id: 'markets:live', kind: 'markets' }, path: () => '/odds/live' },
    chosen.oddsPrematch && {
      // What it costs is told only by the first page, so the budget counts with the most.
      target: { ...base, id: 'markets:prematch', kind: 'markets', cost: chosen.maxPages },
      path: (now) => `/odds?date=${utcDay(now)}`,
    },
  ];
  return questions.filter((question) => question !== false);
}

/** As `2026-01-03`: their days are UTC unless a zone is asked for. */
const utcDay = (now: EpochMs): string => iso(now).slice(0, 10);
