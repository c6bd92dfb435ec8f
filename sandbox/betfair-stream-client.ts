import type { Socket } from 'node:net';
import { epochMs } from '../src/domain/time.ts';
import type { MarketChange } from './betfair-exchange.ts';
import type { StreamServerOptions } from './betfair-stream.ts';

type Op = Readonly<Record<string, unknown>>;

/** How the server behaves at the moment. */
export interface Manner {
  muted: boolean;
  outOfDate: boolean;
  readonly refusals: Map<string, string>;
}

interface Subscription {
  readonly id: number;
  readonly ids: ReadonlySet<string>;
}

const LONGEST_LINE = 1024 * 1024;
const LIMIT = 200;
const SEGMENT = 50;

/** One client of the stream server. */
export class StreamClient {
  readonly #socket: Socket;
  readonly #options: StreamServerOptions;
  readonly #manner: Manner;
  readonly #onOp: (op: Op) => void;
  readonly #forget: () => void;
  #unread = '';
  #isIn = false;
  #subscription: Subscription | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;

  constructor(socket: Socket, options: StreamServerOptions, manner: Manner, onOp: (op: Op) => void) {
    this.#socket = socket;
    this.#options = options;
    this.#manner = manner;
    this.#onOp = onOp;
    this.#forget = options.exchange.onChange((change) => this.#change(change));
    socket.on('error', () => {});
    socket.on('data', (bytes) => this.#read(String(bytes)));
    this.#say({ op: 'connection', connectionId: `000-sandbox-${socket.remotePort ?? 0}` });
  }

  write(text: string): void {
    if (!this.#manner.muted && !this.#socket.destroyed) this.#socket.write(text);
  }

  heartbeat(): void {
    if (this.#subscription) this.#tell({ ct: 'HEARTBEAT' });
  }

  cut(how: 'clean' | 'in-line'): void {
    this.end();
    if (how === 'clean') this.#socket.destroy();
    else this.#socket.write('{"op":"mcm","id":2,"clk":"clk-9', () => this.#socket.destroy());
  }

  end(): void {
    clearInterval(this.#beat);
    this.#forget();
  }

  #read(text: string): void {
    this.#unread += text;
    if (this.#unread.length > LONGEST_LINE) this.#socket.destroy();
    const lines = this.#unread.split('\r\n');
    this.#unread = lines.pop() ?? '';
    for (const line of lines) this.#hear(line);
  }

  #hear(line: string): void {
    let op: Op;
    try {
      op = JSON.parse(line) as Op;
    } catch {
      op = {};
    }
    this.#onOp(op);
    const refused = this.#manner.refusals.get(String(op.op));
    this.#manner.refusals.delete(String(op.op));
    if (refused !== undefined) this.#refuse(op.id, refused);
    else if (op.op === 'authentication') this.#authenticate(op);
    else if (op.op === 'marketSubscription') this.#subscribe(op);
    else if (op.op === 'heartbeat') this.#agree(op.id);
    else this.#refuse(op.id, 'INVALID_REQUEST');
  }

  #authenticate({ id, appKey, session }: Op): void {
    this.#isIn = this.#options.isGood(appKey, session);
    if (this.#isIn) this.#agree(id, { connectionsAvailable: 9 });
    else this.#refuse(id, 'INVALID_SESSION_INFORMATION');
  }

  #subscribe(op: Op): void {
    const { exchange, limit = LIMIT } = this.#options;
    const { marketIds } = (op.marketFilter ?? {}) as { marketIds?: string[] };
    const ids = new Set(marketIds ?? exchange.markets().map(({ id }) => id));
    const isResumption = op.initialClk !== undefined;
    const missed = isResumption ? exchange.since(String(op.initialClk), String(op.clk), ids) : undefined;
    if (!this.#isIn) this.#refuse(op.id, 'NO_SESSION');
    else if (ids.size > limit) this.#refuse(op.id, 'SUBSCRIPTION_LIMIT_EXCEEDED');
    // A clock that cannot be gone on from is no reason to part: the client may subscribe without one.
    else if (isResumption && !missed) this.#refuse(op.id, 'INVALID_CLOCK', false);
    else this.#follow(op, ids, missed);
  }

  #follow(op: Op, ids: ReadonlySet<string>, missed: readonly MarketChange[] | undefined): void {
    const { exchange } = this.#options;
    const heartbeatMs = Number(op.heartbeatMs ?? 5_000);
    this.#agree(op.id);
    this.#subscription = { id: Number(op.id), ids };
    clearInterval(this.#beat);
    this.#beat = setInterval(() => this.heartbeat(), heartbeatMs);
    const head = { initialClk: exchange.initialClk, conflateMs: 0, heartbeatMs };
    if (missed) this.#tell({ ...head, ct: 'RESUB_DELTA', mc: missed });
    else this.#image(head, exchange.image(ids), op.segmentationEnabled === true);
  }

  #image(head: object, image: readonly MarketChange[], isSegmented: boolean): void {
    const size = this.#options.segment ?? SEGMENT;
    const isWhole = !isSegmented || image.length <= size;
    if (isWhole) this.#tell({ ...head, ct: 'SUB_IMAGE', mc: image });
    for (let at = 0; !isWhole && at < image.length; at += size) {
      const isLast = at + size >= image.length;
      const segmentType = at === 0 ? 'SEG_START' : isLast ? 'SEG_END' : 'SEG';
      this.#tell({ ...head, ct: 'SUB_IMAGE', segmentType, mc: image.slice(at, at + size) }, isLast);
    }
  }

  #change(change: MarketChange): void {
    if (this.#subscription?.ids.has(change.id)) this.#tell({ mc: [change] });
  }

  /** Only what ends at a clock may carry it. */
  #tell(message: object, withClock = true): void {
    const { exchange } = this.#options;
    this.#say({
      op: 'mcm',
      id: this.#subscription?.id,
      ...(withClock && { clk: exchange.clk }),
      pt: epochMs(Date.now()),
      ...(this.#manner.outOfDate && { status: 503 }),
      ...message,
    });
  }

  #agree(id: unknown, more: object = {}): void {
    this.#say({ op: 'status', id, statusCode: 'SUCCESS', connectionClosed: false, ...more });
  }

  #refuse(id: unknown, errorCode: string, closes = true): void {
    this.#say({
      op: 'status',
      id,
      statusCode: 'FAILURE',
      errorCode,
      errorMessage: `Refused by the sandbox: ${errorCode}`,
      connectionClosed: closes,
    });
    if (closes) this.#socket.end();
  }

  #say(message: object): void {
    this.write(`${JSON.stringify(message)}\r\n`);
  }
}
