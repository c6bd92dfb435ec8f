import type { Logger } from 'pino';
import { type EpochMs, type Millis, seconds } from '../domain/time.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { LiveStore } from '../ports/live-store.ts';
import type { Moment } from './protocol.ts';
import type { Session } from './session.ts';

/** What sockets are held to. */
export interface LiveLimits {
  /** Open sockets in all, and of one address. */
  readonly maxConnections: number;
  readonly maxPerAddress: number;
  /** Between two heartbeats of a match; the grain of all other waits here is a sixtieth of it. */
  readonly heartbeat: Millis;
  /** Unsent bytes from which on a socket gets no further messages until it has drained. */
  readonly softBuffer: number;
  /** Unsent bytes from which on it is closed. */
  readonly hardBuffer: number;
  /** How long it may stay behind before it is closed. */
  readonly maxBehind: Millis;
  /** How long a closing handshake may take before the connection is cut. */
  readonly closeGrace: Millis;
  /** Over how long clients are asked to spread their return after a restart. */
  readonly returnSpread: Millis;
  /** Messages a client may send in a second. */
  readonly messagesPerSecond: number;
}

export const DEFAULT_LIMITS: LiveLimits = {
  maxConnections: 10_000,
  maxPerAddress: 200,
  heartbeat: seconds(15),
  softBuffer: 128 * 1024,
  hardBuffer: 4 * 1024 * 1024,
  maxBehind: seconds(20),
  closeGrace: seconds(2),
  returnSpread: seconds(5),
  messagesPerSecond: 10,
};

export interface LiveDependencies {
  readonly live: LiveStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics['websocket'];
}

/** What all sessions of a hub share. */
export class LiveContext {
  readonly limits: LiveLimits;
  readonly deps: LiveDependencies;
  /** Sessions that wait for their buffer to drain. */
  readonly behind = new Set<Session>();
  /** Sessions that wait for the end of the closing handshake. */
  readonly closing = new Set<Session>();
  #messages = 0;
  #characters = 0;

  constructor(limits: LiveLimits, deps: LiveDependencies) {
    this.limits = limits;
    this.deps = deps;
  }

  now(): EpochMs {
    return this.deps.clock.now();
  }

  moment(): Moment {
    return { now: this.now(), storeDown: this.deps.live.health().status === 'down' };
  }

  /** Notes a message that was handed to a socket. Metrics get the sum now and then: this runs for every socket. */
  sent(text: string): void {
    this.#messages += 1;
    this.#characters += text.length;
  }

  flushCounts(): void {
    if (this.#messages === 0) return;
    this.deps.metrics.messages.inc(this.#messages);
    this.deps.metrics.characters.inc(this.#characters);
    this.#messages = 0;
    this.#characters = 0;
  }
}
