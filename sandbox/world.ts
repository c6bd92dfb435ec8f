import type { LeagueId } from '../src/domain/ids.ts';
import { type EpochMs, epochMs } from '../src/domain/time.ts';
import { SimulatedLeague } from '../src/providers/simulated/league.ts';
import { type Sighting, sighting } from '../src/providers/simulated/sighting.ts';
import { BOOKS, STADIUM, type Viewpoint, WIRE } from '../src/providers/simulated/viewpoint.ts';
import type { UpstreamId } from './upstream.ts';

/** How each upstream sees the simulated league: as fast and as right as the one it stands for. */
export const VIEWS: Readonly<Record<UpstreamId, Viewpoint>> = {
  espn: { ...STADIUM, id: 'sandbox-espn' },
  'the-odds-api': { ...BOOKS, id: 'sandbox-the-odds-api', uncovered: 0 },
  'api-football': { ...WIRE, id: 'sandbox-api-football' },
  betfair: { ...BOOKS, id: 'sandbox-betfair', refresh: 1_000, uncovered: 0, bookmakers: ['fairstake'] },
};

export interface WorldOptions {
  readonly seed: number;
  readonly speed: number;
  readonly matches: number;
  readonly now: () => EpochMs;
}

/** The simulated league at the present moment. */
export class World {
  readonly #league: SimulatedLeague;
  readonly #now: () => EpochMs;

  constructor({ seed, speed, matches, now }: WorldOptions) {
    this.#league = new SimulatedLeague({ seed, speed, matches });
    this.#now = now;
  }

  now(): EpochMs {
    return this.#now();
  }

  /** Its leagues of a sport, or all. */
  leagues(sport?: string): readonly LeagueId[] {
    const all = this.#league.competitions;
    return all.filter((one) => sport === undefined || one.sport === sport).map(({ league }) => league);
  }

  /** What an upstream sees of a league now; nothing for a league that is not played. */
  sightings(upstream: UpstreamId, league: LeagueId): readonly Sighting[] {
    const now = this.#now();
    const view = VIEWS[upstream];
    return [...this.#league.around(league, now)].map((fixture) => sighting(fixture, view, now, 0));
  }
}

/** RFC 3339 in whole seconds, as these providers write it. */
export const wholeSeconds = (at: EpochMs): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** Times of the wire have whole seconds; half a second must not become the one after. */
export const floorSeconds = (at: EpochMs): EpochMs => epochMs(Math.floor(at / 1_000) * 1_000);
