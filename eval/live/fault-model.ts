import { type Millis, minutes, seconds } from '../../src/domain/time.ts';
import { Dice } from './dice.ts';

export type LatencyClass = 'venue' | 'tv' | 'stream' | 'rest' | 'scraped';

/** How long after it happened a source knows of a change, in milliseconds, waiting for its next poll not included. */
export const LATENCY: Readonly<Record<LatencyClass, readonly [Millis, Millis]>> = {
  venue: [seconds(0.3), seconds(2)],
  tv: [seconds(3), seconds(6)],
  stream: [seconds(7), seconds(15)],
  rest: [seconds(1), seconds(4)],
  scraped: [seconds(15), seconds(60)],
};

/** How one source of the simulated world fails. */
export interface SourceFaults {
  readonly id: string;
  readonly class: LatencyClass;
  /** Chance that a change is never reported as such; the next one is. */
  readonly missed: number;
  /** Chance that a goal is given to the other side, and for how long. */
  readonly wrongSide: number;
  readonly wrongFor: { readonly least: Millis; readonly mean: Millis };
  /** Chance that a match has its sides exchanged from end to end. */
  readonly swapped: number;
  /** Chance that a match sees it stand still, for how long, and whether it goes on repeating itself meanwhile. */
  readonly stuck: number;
  readonly stuckFor: { readonly least: Millis; readonly mean: Millis };
  readonly keepAlive: number;
  /** Reports every so often, or by polls alone; `Infinity`: speaks of changes only. */
  readonly every: Millis;
  readonly polled: boolean;
  readonly statesTime: boolean;
  readonly skew: Millis;
  /** Says what that source said, so much later, and nothing of its own. */
  readonly copies?: { readonly id: string; readonly after: Millis };
}

export interface FaultModel {
  readonly sources: readonly SourceFaults[];
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Chance that the best source says nothing at all of a match. */
  readonly outage: number;
  /** Two that tell the same made-up goal: how often in a match. */
  readonly collusion?: { readonly ids: readonly [string, string]; readonly perMatch: number };
}

/**
 * `usual`: the quicker a source the better, more or less, and now and then the best is away; `flat`: faults without
 * regard to speed; `changes`: nobody repeats himself; `chatty`: everybody every second; the others as they are named.
 */
export const SCENARIOS = ['usual', 'flat', 'outage', 'collusion', 'changes', 'chatty', 'worst'] as const;
export type Scenario = (typeof SCENARIOS)[number];

const ORDER: readonly LatencyClass[] = ['venue', 'tv', 'stream', 'rest', 'scraped', 'rest', 'tv', 'stream'];
const CLASSES: Readonly<Record<number, readonly LatencyClass[]>> = {
  2: ['tv', 'rest'],
  3: ['venue', 'stream', 'rest'],
  4: ['venue', 'tv', 'stream', 'rest'],
};

const BADNESS: Readonly<Record<LatencyClass, number>> = {
  venue: 0,
  tv: 0.2,
  stream: 0.5,
  rest: 0.7,
  scraped: 1,
};

/** A world drawn from the documented ranges. Names say nothing of who is who. */
export function drawFaultModel(seed: number, count: number, scenario: Scenario): FaultModel {
  const dice = new Dice(seed, 'world', scenario);
  const names = Array.from({ length: count }, (_, at) => `p${at + 1}`);
  for (let at = count - 1; at > 0; at--) {
    const other = dice.below(at + 1);
    [names[at], names[other]] = [names[other] as string, names[at] as string];
  }
  const classes = CLASSES[count] ?? ORDER.slice(0, count);
  const sources = classes.map((latency, at): SourceFaults => {
    const polled = latency === 'rest';
    const badness = BADNESS[latency];
    const range = (low: number, high: number): number => {
      const luck = dice.next();
      if (scenario === 'worst') return high;
      const share = scenario === 'flat' ? luck : Math.min(1, Math.max(0, badness + (luck - 0.5) / 3));
      return low + (high - low) * share;
    };
    const chatty = scenario === 'chatty' ? seconds(1) : seconds(dice.pick([2, 5, 10]));
    return {
      id: names[at] as string,
      class: latency,
      missed: range(0.003, 0.02),
      wrongSide: range(0.006, 0.02),
      wrongFor: { least: seconds(10), mean: seconds(60) },
      swapped: range(0.001, 0.015),
      stuck: range(0.01, 0.08),
      stuckFor: { least: seconds(60), mean: minutes(8) },
      keepAlive: dice.between(1 / 3, 0.9),
      every: polled ? seconds(30) : scenario === 'changes' ? Number.POSITIVE_INFINITY : chatty,
      polled,
      statesTime: dice.is(0.7),
      skew: at === 2 ? -seconds(30) : Math.round(dice.normal(seconds(2))),
    };
  });
  const original = sources[1];
  const last = sources.at(-1);
  if (count >= 6 && original && last && dice.is(0.5))
    sources[count - 1] = { ...last, copies: { id: original.id, after: seconds(dice.between(1, 8)) } };
  return {
    sources,
    duplicates: 0.02,
    outOfOrder: 0.01,
    outage: scenario === 'outage' ? 1 : scenario === 'usual' || scenario === 'flat' ? 0.03 : 0,
    ...(scenario === 'collusion' &&
      count >= 4 && { collusion: { ids: [names[2] as string, names[3] as string], perMatch: 0.25 } }),
  };
}
