import type { EpochMs } from '../src/domain/time.ts';
import type { FaultName } from './faults.ts';
import type { UpstreamId } from './upstream.ts';

export interface LoggedRequest {
  readonly provider: UpstreamId;
  /** Without its query, which may carry a key. */
  readonly path: string;
  readonly at: EpochMs;
  readonly status: number;
  readonly fault?: FaultName;
}

const KEPT = 1_000;

/** Counts what was asked, and keeps the last requests. */
export class RequestLog {
  readonly #counts = new Map<string, number>();
  #last: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    const route = `${request.provider} ${request.path}`;
    this.#counts.set(route, (this.#counts.get(route) ?? 0) + 1);
    this.#last.push(request);
    if (this.#last.length > 2 * KEPT) this.#last = this.#last.slice(-KEPT);
  }

  /** How often a provider was asked; with `path` only for paths that contain it. */
  count(provider: UpstreamId, path = ''): number {
    let sum = 0;
    for (const [route, count] of this.#counts) {
      const [id, asked = ''] = route.split(' ');
      if (id === provider && asked.includes(path)) sum += count;
    }
    return sum;
  }

  /** By `provider path`. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** The newest requests, oldest first. */
  last(): readonly LoggedRequest[] {
    return this.#last.slice(-KEPT);
  }

  clear(): void {
    this.#counts.clear();
    this.#last = [];
  }
}
