import { inspect } from 'node:util';
import { ProviderError } from '../../ports/provider-error.ts';

const MASK = '***';
// A shorter one would be found everywhere by chance.
const SHORTEST = 4;

/** Keeps a provider's secrets out of everything that may be shown. */
export class Secrets {
  readonly #values: readonly string[];
  readonly #names: ReadonlySet<string>;

  /** `names` are the query parameters that carry secrets, `values` the secrets themselves. */
  constructor(names: readonly string[], values: readonly string[]) {
    this.#names = new Set(names.map((name) => name.toLowerCase()));
    const long = values.filter((value) => value.length >= SHORTEST);
    this.#values = [...new Set(long.flatMap((value) => [value, encodeURIComponent(value)]))];
  }

  maskText(text: string): string {
    return this.#values.reduce((masked, value) => masked.replaceAll(value, MASK), text);
  }

  /** The URL with the secret parameters' values masked, and no user or password. */
  maskUrl(url: URL): string {
    const query = [...url.searchParams].map(([name, value]) =>
      this.#names.has(name.toLowerCase()) ? `${name}=${MASK}` : `${name}=${encodeURIComponent(value)}`,
    );
    return this.maskText(`${url.origin}${url.pathname}${query.length > 0 ? `?${query.join('&')}` : ''}`);
  }

  /** The error as it was, or, where a secret shows in it or in its cause, one that says the same without. */
  clean(error: ProviderError): ProviderError {
    const shown = inspect(error, { depth: 6, showHidden: true });
    if (!this.#values.some((value) => shown.includes(value))) return error;
    return new ProviderError(error.code, this.maskText(error.message), {
      ...(error.retryAt !== undefined && { retryAt: error.retryAt }),
      details: { masked: true },
    });
  }
}
