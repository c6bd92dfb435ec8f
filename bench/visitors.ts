const PATIENCE = 10_000;

/** Gentle traffic: some reads a second, and sockets that come and go. */
export class Visitors {
  readonly #base: string;
  readonly #sockets: WebSocket[] = [];
  #turn = 0;
  #unanswered = 0;
  #visit: Promise<void> | undefined;
  readonly #timer: Timer;

  /** `base`: address of the server, without a slash at the end. */
  constructor(base: string) {
    this.#base = base;
    this.#timer = setInterval(() => {
      this.#visit ??= this.#look()
        .catch(() => {
          this.#unanswered += 1;
        })
        .finally(() => {
          this.#visit = undefined;
        });
    }, 500);
  }

  /** Answers how many visits ended without a good answer in time. */
  async stop(): Promise<number> {
    clearInterval(this.#timer);
    await this.#visit;
    for (const socket of this.#sockets) socket.close();
    return this.#unanswered;
  }

  async #look(): Promise<void> {
    const { matches } = (await this.#read('/api/matches?status=live&limit=200')) as Matches;
    await this.#read('/api/markets/football');
    this.#turn += 1;
    const match = matches[this.#turn % Math.max(1, matches.length)];
    if (match === undefined) return;
    await this.#read(`/api/scores/${match.matchId}`);
    this.#sockets.push(new WebSocket(`${this.#base.replace('http', 'ws')}/live/${match.matchId}`));
    if (this.#sockets.length > 20) this.#sockets.shift()?.close();
  }

  async #read(path: string): Promise<unknown> {
    const response = await fetch(this.#base + path, { signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response.json();
  }
}

interface Matches {
  readonly matches: readonly { readonly matchId: string }[];
}
