import type { EpochMs } from '../domain/time.ts';
import type { LiveMessage } from '../ports/live-store.ts';
import type { Channel } from './channel.ts';
import { readClientMessage } from './client-message.ts';
import { CLOSE, type CloseCode } from './close-codes.ts';
import { Conduct } from './conduct.ts';
import type { LiveContext } from './live-context.ts';
import type { LiveRequest } from './live-request.ts';
import { Place } from './place.ts';
import { conflated, errorMessage, pongMessage, type ResyncReason, resyncMessage } from './protocol.ts';
import { moved, type SessionState } from './session-state.ts';
import { type LibrarySocket, type Wire, wireOf } from './wire.ts';

/** The part of a `ws` socket a session uses. */
export interface SessionSocket extends LibrarySocket {
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

// The code of the error with which `ws` refuses a message over its limit.
const TOO_BIG = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
const MAX_PENDING = 1_000;
const MAX_UNANSWERED_PINGS = 2;

/** One client of one match. Messages reach it in order and without a gap, or it is told and sent a snapshot. */
export class Session {
  readonly withMarkets: boolean;
  readonly address: string;
  readonly #channel: Channel;
  readonly #context: LiveContext;
  readonly #socket: SessionSocket;
  readonly #wire: Wire;
  readonly #conduct: Conduct;
  readonly #place: Place;
  #state: SessionState = 'greeting';
  // What was published while greeting; `lost` when that is more than will be kept.
  #pending: LiveMessage[] | 'lost' | undefined;
  // When the present state has to end: set on entering `behind` and `closing`.
  #until = 0;
  // Whether the last text was kept in a buffer: only then its size need be looked at.
  #isSlow = false;
  #unansweredPings = 0;
  #closedFor: string | undefined;

  constructor(
    channel: Channel,
    context: LiveContext,
    socket: SessionSocket,
    request: LiveRequest,
    address: string,
  ) {
    this.#channel = channel;
    this.#context = context;
    this.#socket = socket;
    this.#wire = wireOf(socket);
    this.#conduct = new Conduct(context.limits.messagesPerSecond);
    this.withMarkets = request.markets;
    this.address = address;
    const now = channel.positions();
    this.#place = new Place({
      scores: request.since ?? now.scores,
      markets: request.marketsSince ?? now.markets,
    });
  }

  /** Why the connection ended, as the metric names it; `client` when the other side left. */
  get closedFor(): string {
    return this.#closedFor ?? 'client';
  }

  /** Sends the first messages: a snapshot, or all that followed the position the client named. */
  greet(request: LiveRequest): void {
    if (request.since === undefined) {
      this.#move('live');
      this.#sendSnapshot(false);
    } else if (request.markets && request.marketsSince === undefined) {
      this.#move('live');
      this.resync('position_missing');
    } else {
      this.#pending = [];
      this.#resume().catch((error: unknown) => this.fail(error));
    }
  }

  async #resume(): Promise<void> {
    const missed = await this.#missed().catch(() => undefined);
    if (this.#state !== 'greeting') return;
    const pending = this.#pending ?? [];
    this.#pending = undefined;
    this.#move('live');
    if (missed === undefined) return this.resync('position_unknown');
    if (pending === 'lost') return this.resync('messages_missed');
    for (const message of missed) this.deliver(message);
    for (const message of pending) this.deliver(message);
    // A position the match has not reached yet is nobody's: waiting for it would be a silent gap.
    if (this.#place.isPast(this.#channel.positions())) return this.resync('position_unknown');
    // Says that these were all, even when there were none.
    this.beat(this.#channel.heartbeat(this.withMarkets, this.#place));
  }

  async #missed(): Promise<readonly LiveMessage[] | undefined> {
    const { live } = this.#context.deps;
    const { id } = this.#channel;
    const scores = await live.since(id, 'scores', this.#place.scores);
    if (!this.withMarkets || scores === undefined) return scores;
    const markets = await live.since(id, 'markets', this.#place.markets);
    return markets && [...scores, ...markets];
  }

  /** Takes the next message of the match. Called for every socket and message: nothing is allocated here. */
  deliver(message: LiveMessage): void {
    if (this.#state !== 'live') {
      this.#putAside(message);
      return;
    }
    const order = this.#place.orderOf(message);
    if (order === 'next') {
      if (this.#send(message.json)) this.#place.pass(message);
    } else if (order === 'gap') {
      this.resync('messages_missed');
    }
  }

  #putAside(message: LiveMessage): void {
    if (this.#pending === undefined || this.#pending === 'lost') return;
    if (this.#pending.length < MAX_PENDING) this.#pending.push(message);
    else this.#pending = 'lost';
  }

  /** Tells the client that its position is void and where the match stands now. Those behind get that anyway. */
  resync(reason: ResyncReason): void {
    if (this.#pending !== undefined) this.#pending = 'lost';
    if (this.#state !== 'live') return;
    const { scores } = this.#channel.positions();
    this.#context.deps.metrics.resyncs.inc();
    if (this.#send(resyncMessage(this.#channel.id, scores, reason, this.#context.now())))
      this.#sendSnapshot(false);
  }

  #sendSnapshot(isConflated: boolean): void {
    const { text, at } = this.#channel.snapshot(this.withMarkets);
    if (this.#send(isConflated ? conflated(text) : text)) this.#place.jump(at);
  }

  beat(heartbeat: string): void {
    if (this.#state === 'live') this.#send(heartbeat);
  }

  /** Asks for a sign of life; a connection that has not given any for two rounds is cut. */
  ping(): void {
    if (this.#state !== 'live') return;
    if (this.#unansweredPings >= MAX_UNANSWERED_PINGS) {
      this.cut('unresponsive');
    } else {
      this.#unansweredPings += 1;
      this.#socket.ping();
    }
  }

  answered(): void {
    this.#unansweredPings = 0;
  }

  /** Takes one message of the client. */
  receive(text: string, isBinary: boolean): void {
    this.answered();
    if (!this.admit()) return;
    const message = readClientMessage(text, isBinary);
    if (typeof message === 'object') {
      this.#conduct.understood();
      this.#reply(pongMessage(message.id, this.#context.now()));
      return;
    }
    this.#reply(errorMessage(message));
    if (this.#conduct.fault()) this.close(CLOSE.badMessages);
  }

  /** Counts a frame of the client; false when it gets no answer. */
  admit(): boolean {
    if (this.#isLeaving()) return false;
    const verdict = this.#conduct.frame(this.#context.now());
    if (verdict === 'warn') this.#reply(errorMessage('MESSAGE_RATE_LIMITED'));
    if (verdict === 'close') this.close(CLOSE.tooManyMessages);
    return verdict === 'answer';
  }

  /** Answers belong to no stream: one that does not fit the buffer is left out. */
  #reply(text: string): void {
    if (!this.#isFull()) this.say(text);
  }

  /** Sends outside the streams, whatever the state of the buffer. */
  say(text: string): void {
    if (!this.#isLeaving()) this.#write(text);
  }

  /** Hands the text to the socket; false when its buffer is full, and the session is behind from then on. */
  #send(text: string): boolean {
    if (this.#state !== 'live') return false;
    if (this.#isFull()) {
      this.#move('behind');
      this.#until = this.#context.now() + this.#context.limits.maxBehind;
      this.#context.behind.add(this);
      return false;
    }
    this.#write(text);
    return true;
  }

  #write(text: string): void {
    this.#isSlow = !this.#wire.send(text);
    this.#context.sent(text);
  }

  #isFull(): boolean {
    return this.#isSlow && this.#wire.unsent() > this.#context.limits.softBuffer;
  }

  /** Looks after a session that is behind: live again when drained, closed when it takes too much or too long. */
  catchUp(now: EpochMs): void {
    const { limits, behind, deps } = this.#context;
    const unsent = this.#wire.unsent();
    if (unsent <= limits.softBuffer / 2) {
      behind.delete(this);
      this.#move('live');
      deps.metrics.conflated.inc();
      this.#sendSnapshot(true);
    } else if (unsent > limits.hardBuffer || now >= this.#until) {
      this.close(CLOSE.slow);
    }
  }

  /** Starts the closing handshake. */
  close(code: CloseCode): void {
    if (this.#isLeaving()) return;
    this.#leave('closing');
    this.#closedFor = code.reason;
    this.#until = this.#context.now() + this.#context.limits.closeGrace;
    this.#context.closing.add(this);
    this.#socket.close(code.code, code.reason);
  }

  /** A fault of ours ends this session, and no other. */
  fail(error: unknown): void {
    this.#context.deps.log.error({ err: error, matchId: this.#channel.id }, 'live session failed');
    this.close(CLOSE.failed);
  }

  /** Cuts a connection whose closing handshake takes too long. */
  expire(now: EpochMs): void {
    if (now >= this.#until) this.cut(this.closedFor);
  }

  /** Ends the connection without a handshake. */
  cut(reason: string): void {
    this.#closedFor ??= reason;
    this.#socket.terminate();
  }

  /** The connection failed; when the client's frames were at fault, the library is closing it with a code of its own. */
  broken(code = ''): void {
    if (code === TOO_BIG) this.#closedFor ??= CLOSE.tooBig.reason;
    else if (code.startsWith('WS_ERR_')) this.#closedFor ??= 'protocol_error';
  }

  /** The connection is gone, whoever ended it. */
  ended(): void {
    if (this.#state === 'closed') return;
    this.#leave('closed');
    this.#context.closing.delete(this);
  }

  #isLeaving(): boolean {
    return this.#state === 'closing' || this.#state === 'closed';
  }

  #leave(state: 'closing' | 'closed'): void {
    this.#move(state);
    this.#pending = undefined;
    this.#channel.remove(this);
    this.#context.behind.delete(this);
  }

  #move(to: SessionState): void {
    this.#state = moved(this.#state, to);
  }
}
