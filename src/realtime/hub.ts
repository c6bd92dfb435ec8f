import type { WebSocket } from 'ws';
import type { MatchId } from '../domain/ids.ts';
import { type Millis, seconds } from '../domain/time.ts';
import type { LiveMessage } from '../ports/live-store.ts';
import type { Part } from '../ports/part.ts';
import { Channel } from './channel.ts';
import { CLOSE } from './close-codes.ts';
import { DEFAULT_LIMITS, LiveContext, type LiveDependencies, type LiveLimits } from './live-context.ts';
import type { LiveRequest } from './live-request.ts';
import { closingMessage } from './protocol.ts';
import { RealtimeError } from './realtime-error.ts';
import { Session } from './session.ts';

const TICKS_PER_BEAT = 60;
const LIMIT_RETRY_SECONDS = 10;

/**
 * Every live socket, by match. One subscription to the store and one timer serve them all; the timer runs only while
 * there are sockets.
 */
export class LiveHub implements Part {
  readonly name = 'live sockets';
  readonly #context: LiveContext;
  readonly #tickEvery: Millis;
  readonly #channels = new Map<MatchId, Channel>();
  readonly #sessions = new Set<Session>();
  readonly #perAddress = new Map<string, number>();
  readonly #endings: (() => void)[] = [];
  #slot = 0;
  #nextSlot = 0;
  #storeDown = false;
  #cancelTick: (() => void) | undefined;
  #draining = false;
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(limits: Partial<LiveLimits>, deps: LiveDependencies) {
    this.#context = new LiveContext({ ...DEFAULT_LIMITS, ...limits }, deps);
    this.#tickEvery = this.#context.limits.heartbeat / TICKS_PER_BEAT;
  }

  /** Open sockets, those that are being closed included. */
  connections(): number {
    return this.#sessions.size;
  }

  /** Matches that somebody listens to. */
  channels(): number {
    return this.#channels.size;
  }

  start(): Promise<void> {
    const { live } = this.#context.deps;
    this.#started ??= Promise.resolve().then(() => {
      if (this.#draining) return;
      this.#endings.push(
        live.onMessage((message) => this.#publish(message)),
        live.onResync(() => {
          for (const channel of this.#channels.values()) channel.resync('messages_missed');
        }),
      );
    });
    return this.#started;
  }

  /** Asks every client to come back elsewhere and resolves when all are gone; bounded by the closing grace. */
  stop(): Promise<void> {
    this.#stopped ??= this.#drain();
    return this.#stopped;
  }

  /** Throws `RealtimeError` when this address may not open a socket now. */
  checkRoom(address: string, leaving = false): void {
    const { maxConnections, maxPerAddress } = this.#context.limits;
    if (leaving || this.#draining)
      throw new RealtimeError('UNAVAILABLE', 'This server is going away; connect again.', { retryAfter: 1 });
    const retryAfter = LIMIT_RETRY_SECONDS;
    if (this.#sessions.size >= maxConnections)
      throw new RealtimeError('UNAVAILABLE', 'All sockets of this server are taken.', { retryAfter });
    if ((this.#perAddress.get(address) ?? 0) >= maxPerAddress)
      throw new RealtimeError('RATE_LIMITED', 'This address has too many open sockets.', { retryAfter });
  }

  /** Takes over a socket that has just been upgraded. */
  open(socket: WebSocket, request: LiveRequest, address: string): void {
    const { metrics } = this.#context.deps;
    const channel = this.#channel(request.matchId);
    const session = new Session(channel, this.#context, socket, request, address);
    channel.add(session);
    this.#sessions.add(session);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    metrics.opened.inc();
    metrics.connections.set(this.#sessions.size);
    socket.on('message', (data, isBinary) => session.receive(isBinary ? '' : data.toString(), isBinary));
    socket.on('pong', () => session.answered());
    // The answer to a ping frame is the library's; the count is ours.
    socket.on('ping', () => void session.admit());
    socket.on('error', (error: { code?: string }) => session.broken(error.code));
    socket.on('close', () => this.#ended(session, channel));
    try {
      if (this.#draining) session.close(CLOSE.restart);
      else session.greet(request);
    } catch (error) {
      session.fail(error);
    }
    if (this.#cancelTick !== undefined) return;
    this.#storeDown = this.#context.moment().storeDown;
    this.#scheduleTick();
  }

  #channel(id: MatchId): Channel {
    let channel = this.#channels.get(id);
    if (channel === undefined) {
      channel = new Channel(id, this.#nextSlot, this.#context);
      this.#nextSlot = (this.#nextSlot + 1) % TICKS_PER_BEAT;
      this.#channels.set(id, channel);
    }
    return channel;
  }

  #publish(message: LiveMessage): void {
    this.#channels.get(message.matchId)?.publish(message);
  }

  #ended(session: Session, channel: Channel): void {
    if (!this.#sessions.delete(session)) return;
    session.ended();
    if (channel.size === 0 && this.#channels.get(channel.id) === channel) this.#channels.delete(channel.id);
    const left = (this.#perAddress.get(session.address) ?? 0) - 1;
    if (left > 0) this.#perAddress.set(session.address, left);
    else this.#perAddress.delete(session.address);
    const { metrics } = this.#context.deps;
    metrics.closed.inc({ reason: session.closedFor });
    metrics.connections.set(this.#sessions.size);
    if (this.#sessions.size > 0) return;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#context.flushCounts();
    this.#onEmpty?.();
  }

  #scheduleTick(): void {
    this.#cancelTick = this.#context.deps.clock.schedule(this.#tickEvery, () => this.#tick());
  }

  #tick(): void {
    const { behind, closing } = this.#context;
    const { now, storeDown } = this.#context.moment();
    const turned = storeDown !== this.#storeDown;
    this.#storeDown = storeDown;
    this.#slot = (this.#slot + 1) % TICKS_PER_BEAT;
    for (const channel of this.#channels.values()) {
      // A store that went or came back is told at once; clients are asked for a sign of life only in their turn.
      if (turned || channel.slot === this.#slot) this.#beat(channel);
      if (channel.slot === this.#slot) channel.ping();
    }
    for (const session of behind) {
      try {
        session.catchUp(now);
      } catch (error) {
        session.fail(error);
      }
    }
    for (const session of closing) session.expire(now);
    this.#context.flushCounts();
    this.#cancelTick = undefined;
    if (this.#sessions.size > 0) this.#scheduleTick();
  }

  #beat(channel: Channel): void {
    try {
      channel.beat();
    } catch (error) {
      this.#context.deps.log.error({ err: error, matchId: channel.id }, 'heartbeat failed');
    }
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    const { limits, deps } = this.#context;
    for (const end of this.#endings.splice(0)) end();
    const emptied = Promise.withResolvers<void>();
    this.#onEmpty = emptied.resolve;
    const total = this.#sessions.size;
    let index = 0;
    for (const session of this.#sessions) {
      const retryAfter = Math.round((limits.returnSpread * index++) / total);
      session.say(closingMessage(CLOSE.restart, retryAfter));
      session.close(CLOSE.restart);
    }
    if (this.#sessions.size > 0) {
      const cancel = deps.clock.schedule(limits.closeGrace, () => {
        for (const session of this.#sessions) session.cut(CLOSE.restart.reason);
      });
      const giveUp = deps.clock.schedule(limits.closeGrace + seconds(1), emptied.resolve);
      await emptied.promise;
      cancel();
      giveUp();
    }
    this.#context.flushCounts();
  }
}
