import type { SportId } from '../../src/domain/sports/index.ts';
import type { Link } from './links.ts';
import type { Pool, PoolEvent } from './pool.ts';

/** How the links compare with the truth; rates are `null` where there is nothing to divide by. */
export interface Figures {
  readonly events: number;
  readonly links: number;
  readonly truth?: {
    readonly pairs: number;
    readonly found: number;
    readonly false: number;
    readonly precision: number | null;
    readonly recall: number | null;
    readonly f1: number | null;
  };
}

export interface Summary extends Figures {
  readonly bySport: Readonly<Record<string, Figures>>;
  readonly decoys: { readonly events: number; readonly linked: number };
}

/** Compares links with the pool's truth, all together and sport by sport. A link outside the truth is false. */
export function summarise(pool: Pool, links: readonly Link[]): Summary {
  const events = new Map(pool.events.map((event) => [event.id, event]));
  const sportOf = (id: string): SportId | undefined => events.get(id)?.reference.sport;
  const sports = [...new Set(pool.events.map(({ reference }) => reference.sport))].sort();
  const hasTruth = pool.truth.length > 0;
  const bySport: Record<string, Figures> = {};
  for (const sport of sports)
    bySport[sport] = figures(
      pool.events.filter(({ reference }) => reference.sport === sport),
      links.filter(({ a }) => sportOf(a) === sport),
      hasTruth ? pool.truth.filter(({ a }) => sportOf(a) === sport) : undefined,
    );
  const decoys = new Set(pool.events.filter(({ isDecoy }) => isDecoy).map(({ id }) => id));
  return {
    ...figures(pool.events, links, hasTruth ? pool.truth : undefined),
    bySport,
    decoys: {
      events: decoys.size,
      linked: links.filter(({ a, b }) => decoys.has(a) || decoys.has(b)).length,
    },
  };
}

function figures(
  events: readonly PoolEvent[],
  links: readonly Link[],
  truth: Pool['truth'] | undefined,
): Figures {
  const counted = { events: events.length, links: links.length };
  if (truth === undefined) return counted;
  const known = new Set(truth.map(({ a, b }) => pairKey(a, b)));
  const found = links.filter(({ a, b }) => known.has(pairKey(a, b))).length;
  const precision = links.length > 0 ? found / links.length : null;
  const recall = known.size > 0 ? found / known.size : null;
  const f1 = links.length + known.size > 0 ? (2 * found) / (links.length + known.size) : null;
  return {
    ...counted,
    truth: { pairs: known.size, found, false: links.length - found, precision, recall, f1 },
  };
}

/** The same for both orders of a pair. */
export const pairKey = (a: string, b: string): string => (a < b ? `${a}\n${b}` : `${b}\n${a}`);
