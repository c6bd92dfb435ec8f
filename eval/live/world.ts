import { Dice } from './dice.ts';
import { drawFaultModel, type FaultModel, type Scenario } from './fault-model.ts';
import { basketballMatch, type PlayedMatch } from './played-match.ts';
import type { Report } from './report.ts';
import { reportsOf } from './simulator.ts';
import { dayOf, readTimelines } from './timelines.ts';

export interface WorldOptions {
  /** A folder of timelines, or one file; without it basketball is made up. */
  readonly timelines: string | undefined;
  readonly seed: number;
  readonly providers: number;
  readonly scenario: Scenario;
  /** At most so many matches. */
  readonly matches: number;
}

/** Matches as they really went, and how they are told of. */
export interface World {
  readonly matches: readonly PlayedMatch[];
  readonly model: FaultModel;
  readonly seed: number;
}

export function makeWorld({ timelines, seed, providers, scenario, matches: most }: WorldOptions): World {
  const matches =
    timelines === undefined
      ? Array.from({ length: Math.min(most, 100) }, (_, at) =>
          basketballMatch(`basketball/${at}`, dayOf(at), new Dice(seed, 'basketball', at)),
        )
      : readTimelines(timelines, seed).slice(0, most);
  return { matches, model: drawFaultModel(seed, providers, scenario), seed };
}

/** The same world without that source. */
export const without = (world: World, id: string): World => ({
  ...world,
  model: {
    ...world.model,
    sources: world.model.sources.filter((source) => source.id !== id && source.copies?.id !== id),
  },
});

/** What reaches us of it, in order of arrival. */
export function* arrivals({ matches, model, seed }: World): Generator<Report> {
  for (const batch of reportsOf(matches, model, seed)) yield* batch;
}
