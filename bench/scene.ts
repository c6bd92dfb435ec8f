import { providerId } from '../src/domain/ids.ts';
import { type Observation, observe, type Statement } from '../src/domain/observation.ts';
import type { EpochMs } from '../src/domain/time.ts';
import { decode } from '../src/providers/the-odds-api/map.ts';
import { oddsBody } from './odds-body.ts';

const MATCHES = 10;
const BOOKMAKERS = 5;

/** Ten matches with a market each, the first of them in play since ten minutes before `begun`. */
export class Scene {
  readonly #statements: readonly Statement[];
  readonly #inPlay: Statement;
  readonly #sources: number;
  #goals = 1;

  /** `sources`: how many speak of the score. */
  constructor(begun: EpochMs, sources: number) {
    const shape = { matches: MATCHES, bookmakers: BOOKMAKERS, markets: ['h2h'] } as const;
    const body: unknown = JSON.parse(oddsBody(shape, begun - 600_000, 0));
    this.#statements = decode(body, { path: '/v4/sports/soccer_epl/odds?oddsFormat=decimal' }).statements;
    const [first] = this.#statements;
    if (first === undefined) throw new Error('the scene is empty');
    this.#inPlay = first;
    this.#sources = sources;
  }

  /** All that its sources say, as they said it before. */
  said(now: EpochMs): Observation[] {
    return [...observe(this.#statements, stamp('the-odds-api', now)), ...this.#score(now)];
  }

  /** What they say of one more goal. */
  goal(now: EpochMs): Observation[] {
    this.#goals += 1;
    return this.#score(now);
  }

  #score(now: EpochMs): Observation[] {
    const statement = scoreOf(this.#inPlay, this.#goals);
    return Array.from({ length: this.#sources }, (_, at) =>
      observe([statement], stamp(`source-${at}`, now)),
    ).flat();
  }
}

const stamp = (provider: string, now: EpochMs) => ({
  provider: providerId(provider),
  requestedAt: now,
  receivedAt: now,
});

const scoreOf = ({ match }: Statement, goals: number): Statement => ({
  match,
  score: {
    status: 'live',
    score: { home: Math.ceil(goals / 2), away: Math.floor(goals / 2) },
    period: '1st Half',
    clock: { display: "10'" },
  },
});
