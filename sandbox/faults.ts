import { fraction } from '../src/providers/simulated/random.ts';
import { REFUSALS, UPSTREAM_IDS, type UpstreamId } from './upstream.ts';

/**
 * - `slow`: after `ms` · `hang`: never · `cut`: the connection ends in the middle of the body
 * - `garbage`: a page of HTML with status 200 · `half`: the first half of the JSON, as if it were all
 * - `huge`: 50 MB of JSON · `deep`: lists in lists, 100,000 deep · `wrong-type`: numbers for texts in the first element
 * - `429`, `500`, `key-refused`, `quota`, `empty`: as the provider answers that
 */
export const FAULTS = [
  'slow',
  'hang',
  'cut',
  'garbage',
  'half',
  'huge',
  'deep',
  'wrong-type',
  ...REFUSALS,
] as const;
export type FaultName = (typeof FAULTS)[number];

export interface Fault {
  readonly fault: FaultName;
  /** How late a `slow` answer is; 1,000 when absent. */
  readonly ms?: number;
  /** `Retry-After` of a `429`, in seconds or as an HTTP date; `none` leaves it out, 2 when absent. */
  readonly retryAfter?: string;
}

export interface FaultOrder extends Fault {
  readonly provider: UpstreamId;
  /** Only requests whose path contains this. */
  readonly path?: string;
  /** How many requests; 1 when absent. */
  readonly times?: number;
  /** Every request, until faults are cleared. */
  readonly untilCleared?: boolean;
}

/** What orders may say, and what is wrong with one that says something else. */
export class FaultError extends Error {}

/** The faults that are ordered, each for its own upstream. */
export class FaultBook {
  #orders: { readonly order: FaultOrder; left: number }[] = [];

  add(order: FaultOrder): void {
    const left = order.untilCleared === true ? Number.POSITIVE_INFINITY : (order.times ?? 1);
    this.#orders.push({ order, left });
  }

  clear(provider?: UpstreamId): void {
    this.#orders = this.#orders.filter(({ order }) => provider !== undefined && order.provider !== provider);
  }

  get orders(): readonly FaultOrder[] {
    return this.#orders.map(({ order }) => order);
  }

  /** The fault for this request, which is thereby used once. The oldest order that fits goes first. */
  take(provider: UpstreamId, path: string): Fault | undefined {
    const found = this.#orders.find(
      ({ order }) => order.provider === provider && (order.path === undefined || path.includes(order.path)),
    );
    if (!found) return undefined;
    found.left--;
    if (found.left <= 0) this.#orders = this.#orders.filter((one) => one !== found);
    return found.order;
  }
}

/** An order as the control endpoint takes it. Throws `FaultError`. */
export function readOrder(body: unknown): FaultOrder {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new FaultError('not a JSON object');
  const given = body as Record<string, unknown>;
  const known = ['provider', 'fault', 'ms', 'retryAfter', 'path', 'times', 'untilCleared'];
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new FaultError(`unknown: ${unknown.join(', ')}; known: ${known.join(', ')}`);
  const { provider, fault, ms, retryAfter, path, times, untilCleared } = given;
  if (!isUpstream(provider)) throw new FaultError(`provider is one of ${UPSTREAM_IDS.join(', ')}`);
  if (!isFault(fault)) throw new FaultError(`fault is one of ${FAULTS.join(', ')}`);
  if (ms !== undefined && !isCount(ms)) throw new FaultError('ms is a whole number');
  if (times !== undefined && !isCount(times)) throw new FaultError('times is a whole number');
  if (path !== undefined && typeof path !== 'string') throw new FaultError('path is a text');
  return {
    provider,
    fault,
    ...(ms === undefined ? {} : { ms }),
    ...(times === undefined ? {} : { times }),
    ...(path === undefined ? {} : { path }),
    ...(retryAfter === undefined ? {} : { retryAfter: String(retryAfter) }),
    ...(untilCleared === true ? { untilCleared } : {}),
  };
}

/** A fault as a header or query parameter asks for it: `slow;ms=300`, `429;retryAfter=1`. Throws `FaultError`. */
export function readFault(text: string): Fault {
  const [fault, ...options] = text.split(';').map((part) => part.trim());
  if (!isFault(fault)) throw new FaultError(`fault is one of ${FAULTS.join(', ')}`);
  const given = new Map(options.map((option) => option.split('=') as [string, string | undefined]));
  const ms = given.get('ms');
  const retryAfter = given.get('retryAfter');
  if (ms !== undefined && !isCount(Number(ms))) throw new FaultError('ms is a whole number');
  return {
    fault,
    ...(ms === undefined ? {} : { ms: Number(ms) }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

const SOMETIMES: readonly Fault[] = [
  { fault: 'slow', ms: 2_000 },
  { fault: '429' },
  { fault: '500' },
  { fault: 'cut' },
  { fault: 'garbage' },
  { fault: 'half' },
  { fault: 'wrong-type' },
];

/** Faults unasked: about one request in eight has one, the same ones for the same seed. */
export function faultSometimes(seed: number, request: number): Fault | undefined {
  if (fraction(seed, request, 21) >= 1 / 8) return undefined;
  return SOMETIMES[Math.floor(fraction(seed, request, 22) * SOMETIMES.length)];
}

const isUpstream = (value: unknown): value is UpstreamId => UPSTREAM_IDS.includes(value as UpstreamId);
const isFault = (value: unknown): value is FaultName => FAULTS.includes(value as FaultName);
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1_000_000;
