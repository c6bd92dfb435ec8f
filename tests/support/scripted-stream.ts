import type { Statement } from '../../src/domain/observation.ts';
import type { StreamItem } from '../../src/ports/provider.ts';

/** One connection of a scripted stream, told by the test what to bring. */
export class ScriptedConnection {
  readonly #items: StreamItem[] = [];
  #ending: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;
  /** Whether the reader is gone, for whatever reason. */
  isOver = false;

  push(...items: StreamItem[]): void {
    this.#items.push(...items);
    this.#wake?.();
  }

  /** Ends it after what was pushed: with the error, or in peace. */
  end(error?: unknown): void {
    this.#ending = error === undefined ? {} : { error };
    this.#wake?.();
  }

  async *read(signal: AbortSignal): AsyncGenerator<StreamItem> {
    const abort = () => this.#wake?.();
    signal.addEventListener('abort', abort);
    try {
      for (;;) {
        signal.throwIfAborted();
        const item = this.#items.shift();
        if (item !== undefined) yield item;
        else if (this.#ending) {
          if ('error' in this.#ending) throw this.#ending.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.isOver = true;
      signal.removeEventListener('abort', abort);
    }
  }
}

/** A provider's stream that does what the test says. Connections are made when the host asks. */
export class ScriptedStream {
  readonly connections: ScriptedConnection[] = [];

  get last(): ScriptedConnection {
    const last = this.connections.at(-1);
    if (!last) throw new Error('nobody has connected');
    return last;
  }

  /** Those that have not ended. */
  get open(): number {
    return this.connections.filter(({ isOver }) => !isOver).length;
  }

  readonly connect = (signal: AbortSignal): AsyncIterable<StreamItem> => {
    const connection = new ScriptedConnection();
    this.connections.push(connection);
    return connection.read(signal);
  };
}

export const HEARTBEAT: StreamItem = { kind: 'heartbeat' };

export const batchOf = (statements: readonly Statement[], whole = false): StreamItem => ({
  kind: 'batch',
  statements,
  dropped: [],
  whole,
});

/** What an exchange offers on the home side of a match; nothing any more without a price. */
export const priceOf = (externalId: string, price?: number): Statement => ({
  match: {
    externalId,
    sport: 'soccer',
    competitors: { home: { name: `Home ${externalId}` }, away: { name: `Away ${externalId}` } },
  },
  markets:
    price === undefined
      ? []
      : [
          {
            bookmaker: 'acme_ex',
            market: 'h2h',
            period: 'match',
            suspended: false,
            quotes: [
              { outcome: 'home', price },
              { outcome: 'away', price: 2 },
            ],
          },
        ],
});
