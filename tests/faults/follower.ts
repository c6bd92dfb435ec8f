import { until } from '../support/until.ts';
import type { Scene } from './scene.ts';
import { Sender } from './sender.ts';

interface Message {
  readonly type: string;
  readonly epoch: string;
  readonly seq: number;
  readonly data?: { readonly id?: string } | null;
}

const NUMBERED: ReadonlySet<string> = new Set(['score_update', 'score_correction', 'match_event']);

/** A live client of one match that comes back, with its last position, whenever it is cut off. */
export class Follower {
  /** How often each event was told, by epoch and id. */
  readonly told = new Map<string, number>();
  readonly events = new Set<string>();
  resyncs = 0;
  reconnects = 0;
  /** Numbers that did not follow each other. */
  gaps = 0;
  readonly #scene: Scene;
  readonly matchId: string;
  #last: { readonly epoch: string; readonly seq: number } | undefined;
  #socket: WebSocket | undefined;
  #ended = false;

  private constructor(scene: Scene, matchId: string) {
    this.#scene = scene;
    this.matchId = matchId;
    this.#connect();
  }

  /** Resolves when the match is known and its state of play has come. */
  static async of(scene: Scene, match: string): Promise<Follower> {
    const known = await until(`${match} is known`, async () => {
      const answer = await fetch(`${scene.url}/api/matches/${Sender.named(match)}`);
      return answer.status === 200 && ((await answer.json()) as { matchId: string });
    });
    const follower = new Follower(scene, known.matchId);
    await until(`the state of ${match} has come`, () => follower.#last !== undefined);
    return follower;
  }

  close(): void {
    this.#ended = true;
    this.#socket?.close();
  }

  /** Events told in one epoch and again in the next, which begins with a resync. */
  get repeats(): number {
    return this.told.size - this.events.size;
  }

  /** Events told twice in one epoch. */
  get duplicates(): number {
    let sum = 0;
    for (const count of this.told.values()) sum += count - 1;
    return sum;
  }

  #connect(): void {
    if (this.#ended) return;
    const since = this.#last ? `?since=${this.#last.epoch}:${this.#last.seq}` : '';
    const socket = new WebSocket(`${this.#scene.webSocketUrl}/live/${this.matchId}${since}`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as Message);
    socket.onclose = () => {
      if (!this.#ended) this.reconnects += 1;
      setTimeout(() => this.#connect(), 50);
    };
  }

  #hear({ type, epoch, seq, data }: Message): void {
    if (type === 'resync') this.resyncs += 1;
    if (type === 'snapshot' || type === 'resync') this.#last = { epoch, seq };
    if (!NUMBERED.has(type)) return;
    if (this.#last && (this.#last.epoch !== epoch || seq !== this.#last.seq + 1)) this.gaps += 1;
    this.#last = { epoch, seq };
    const id = data?.id;
    if (type !== 'match_event' || id === undefined) return;
    this.events.add(id);
    const key = `${epoch} ${id}`;
    this.told.set(key, (this.told.get(key) ?? 0) + 1);
  }
}
