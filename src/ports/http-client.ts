import type { EpochMs, Millis } from '../domain/time.ts';

export interface HttpRequest {
  /** Path with query, relative to the provider's base URL. Secrets belong in `query` and `headers`, never here. */
  readonly path: string;
  /** Appended to the path; left out of logs and errors when the name is listed in `secretQuery`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a POST; a GET when absent. Its answer is not kept for the next time, and redirects are not followed. */
  readonly post?: { readonly contentType: string; readonly body: string };
  readonly signal: AbortSignal;
}

/** A successful answer, its body parsed as JSON and not yet checked. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The server said 304: `body` is the one kept from before, and says nothing new. */
  readonly notModified: boolean;
  readonly requestedAt: EpochMs;
  readonly receivedAt: EpochMs;
  /** From `Cache-Control: max-age` less `Age`: asking again earlier is a waste. */
  readonly freshFor?: Millis;
}

/**
 * The client a provider is given: pooled, with timeouts, a size limit, conditional requests, a circuit breaker and
 * counters, bound to one base URL. It throws `ProviderError` and nothing else (abort excepted).
 */
export interface HttpClient {
  getJson(request: HttpRequest): Promise<HttpAnswer>;
}
