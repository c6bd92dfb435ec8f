import type { Statement } from '../../domain/observation.ts';
import type { Decoded, Dropped } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { bareMarket } from './bare-market.ts';
import { type Drop, readCatalogue } from './catalogue.ts';
import type { KnownMarket } from './known-market.ts';
import { readBooks } from './listed-books.ts';
import { Segments } from './segments.ts';
import { StreamBook } from './stream-book.ts';
import { isChangeMessage, isListedBook, isRpcResult, opOf } from './wire.ts';

/**
 * Reads one line of the stream, one answer of the JSON-RPC service, or a list of them in the order they came in: what
 * has been said when all of them are heard. Names are in answers of `listMarketCatalogue` only.
 */
export function decode(body: unknown): Decoded {
  const elements = Array.isArray(body) ? body : [body];
  if (!Array.isArray(body) && opOf(body) === undefined && !isRpcResult(body)) {
    throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'The body is neither a line nor an answer of Betfair');
  }
  const transcript = new Transcript();
  for (const [index, element] of elements.entries()) {
    transcript.add(element, Array.isArray(body) ? `[${index}]` : '');
  }
  return transcript.decoded();
}

class Transcript {
  readonly #dropped: Dropped[] = [];
  readonly #drop: Drop = (where, why) => this.#dropped.push({ where, why });
  readonly #known = new Map<string, KnownMarket>();
  readonly #segments = new Segments();
  readonly #book = new StreamBook(
    (marketId, definition) => this.#known.get(marketId) ?? (definition && bareMarket(marketId, definition)),
  );
  readonly #polled = new Map<string, Statement>();

  add(element: unknown, where: string): void {
    const op = opOf(element);
    if (op === 'mcm') this.#addChange(element, where);
    else if (isRpcResult(element)) this.#addAnswer(element.result, `${where}${where && '.'}result`);
    else if (op === undefined) this.#drop(where, 'wrong_type');
    else if (op !== 'connection' && op !== 'status') this.#drop(where, 'unknown_op');
  }

  decoded(): Decoded {
    const all = new Map(
      [...this.#known.values()].map(({ match }) => [match.externalId, { match } as Statement]),
    );
    for (const [id, statement] of this.#polled) all.set(id, statement);
    for (const statement of this.#book.all()) all.set(statement.match.externalId, statement);
    return { statements: [...all.values()], dropped: this.#dropped };
  }

  #addChange(element: unknown, where: string): void {
    const message = isChangeMessage(element) ? this.#segments.push(element) : 'broken';
    if (message === 'pending') return;
    if (message === 'broken') this.#drop(where, 'wrong_type');
    else this.#book.apply(message, `${where}${where && '.'}mc`, this.#drop);
  }

  #addAnswer(result: readonly unknown[], where: string): void {
    if (result.some(isListedBook)) {
      const statements = readBooks(result, (id) => this.#known.get(id), where, this.#drop);
      for (const statement of statements) this.#polled.set(statement.match.externalId, statement);
    } else {
      for (const market of readCatalogue(result, where, this.#drop)) {
        this.#known.set(market.marketId, market);
      }
    }
  }
}
