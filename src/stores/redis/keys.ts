import type { MatchId } from '../../domain/ids.ts';
import type { Stream } from '../../domain/view.ts';

/**
 * The names we use in Redis. What one script touches shares a hash tag, as Redis Cluster demands. Channel
 * `match:<id>` belongs to whoever publishes by hand; we only listen on it.
 */
export class RedisKeys {
  readonly #prefix: string;
  /** Hash: the epoch, and the run id of the server it began on. */
  readonly epoch: string;
  /** Sorted set of match ids by start time. */
  readonly index: string;
  /** Channel of our own frames. */
  readonly frames: string;
  readonly inletPattern: string;

  constructor(prefix = '') {
    this.#prefix = prefix;
    this.epoch = `${prefix}touchline:epoch`;
    this.index = `${prefix}touchline:matches`;
    this.frames = `${prefix}touchline:frames`;
    this.inletPattern = `${prefix}match:*`;
  }

  view(id: MatchId): string {
    return `${this.#prefix}{match:${id}}:view`;
  }

  log(id: MatchId, stream: Stream): string {
    return `${this.#prefix}{match:${id}}:log:${stream}`;
  }

  /** The view and both logs, in the order the scripts expect. */
  match(id: MatchId): [view: string, scores: string, markets: string] {
    return [this.view(id), this.log(id, 'scores'), this.log(id, 'markets')];
  }

  /** The holder of a lease, and the counter that outlives it. */
  lease(name: string): [holder: string, token: string] {
    return [`${this.#prefix}{lease:${name}}:holder`, `${this.#prefix}{lease:${name}}:token`];
  }

  /** The match id in the name of an inlet channel. */
  inletMatchId(channel: string): string {
    return channel.slice(this.#prefix.length + 'match:'.length);
  }
}
