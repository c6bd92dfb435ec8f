import { parseArgs } from 'node:util';
import { type Millis, seconds } from '../../src/domain/time.ts';
import { SCENARIOS, type Scenario } from './fault-model.ts';

export interface ReplayOptions {
  readonly kind: 'replay';
  readonly reports: string;
  readonly tick: Millis;
  readonly out: string | undefined;
}

export interface SimulateOptions {
  readonly kind: 'simulate';
  readonly timelines: string | undefined;
  readonly seed: number;
  readonly providers: number;
  readonly scenario: Scenario;
  readonly matches: number;
  readonly tick: Millis;
  readonly out: string | undefined;
  /** Writes what was reported, and the truth, for others to replay. */
  readonly keep: string | undefined;
  /** Leaves out the slow comparisons: every provider in its turn, and the order of simultaneous reports. */
  readonly short: boolean;
}

const PROVIDERS_MOST = 8;

/** Reads the command line; throws with a sentence that says what is wrong with it. */
export function readOptions(args: readonly string[]): ReplayOptions | SimulateOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      reports: { type: 'string' },
      simulate: { type: 'boolean', default: false },
      timelines: { type: 'string' },
      basketball: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      providers: { type: 'string', default: '6' },
      scenario: { type: 'string', default: 'usual' },
      matches: { type: 'string', default: '100000' },
      tick: { type: 'string', default: String(seconds(2)) },
      out: { type: 'string' },
      keep: { type: 'string' },
      short: { type: 'boolean', default: false },
    },
  });
  const tick = whole('--tick', values.tick, 1, seconds(600));
  const { out } = values;
  if (values.reports !== undefined) return { kind: 'replay', reports: values.reports, tick, out };
  if (!values.simulate) throw new Error('either --reports IN.jsonl or --simulate');
  if (values.timelines === undefined && !values.basketball)
    throw new Error('--simulate needs --timelines DIR');
  const { scenario } = values;
  if (!isScenario(scenario)) throw new Error(`--scenario is one of ${SCENARIOS.join(', ')}`);
  return {
    kind: 'simulate',
    timelines: values.basketball ? undefined : values.timelines,
    seed: whole('--seed', values.seed, 0, 2 ** 31),
    providers: whole('--providers', values.providers, 1, PROVIDERS_MOST),
    scenario,
    matches: whole('--matches', values.matches, 1, 1e6),
    tick,
    out,
    keep: values.keep,
    short: values.short,
  };
}

const isScenario = (text: string): text is Scenario => SCENARIOS.some((scenario) => scenario === text);

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`${name} is a whole number from ${least} to ${most}`);
  return value;
}
