import { type Dispatcher, Pool } from 'undici/index.js';
import { type Millis, seconds } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../ports/http-client.ts';
import type { ProviderDefinition, Quota } from '../../ports/provider.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { Circuit, type CircuitOptions } from './circuit.ts';
import { errorOfStatus, errorOfTransport } from './failure.ts';
import { KeptBodies } from './kept-bodies.ts';
import { ACCEPTED_ENCODINGS, readJson } from './read-json.ts';
import { freshFor, type ResponseHeaders, responseHeaders } from './response-headers.ts';
import { Secrets } from './secrets.ts';

export interface HttpClientOptions
  extends Pick<ProviderDefinition, 'errorOf' | 'quotaOf' | 'secretQuery'>,
    Pick<ProviderDefinition['pace'], 'concurrency' | 'maxBodyBytes'> {
  /** `http(s)://host[:port][/prefix]`, without user and password. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly userAgent: string;
  /** For the whole exchange, waiting for a free connection and redirects included. */
  readonly timeout: Millis;
  /** Values that may never be shown. */
  readonly secrets?: readonly string[];
  readonly circuit?: Omit<CircuitOptions, 'clock'>;
  readonly onQuota?: (quota: Quota) => void;
}

const MEBIBYTE = 1024 * 1024;
const LARGEST_ERROR_BODY = MEBIBYTE / 16;
const MOST_REDIRECTS = 3;
const LONGEST_CONNECT: Millis = seconds(5);
/** Longer than the common poll interval, so that a connection serves more than one poll. */
const KEEP_ALIVE: Millis = seconds(30);

const OVERDUE = Symbol('overdue');

interface Exchange {
  readonly url: URL;
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Dispatcher.ResponseData['body'];
  readonly kept: ReturnType<KeptBodies['get']>;
}

/** `HttpClient` on a pool of undici connections. */
export class PooledHttpClient implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #base: URL;
  readonly #pool: Pool;
  readonly #circuit: Circuit;
  readonly #secrets: Secrets;
  readonly #kept = new KeptBodies();
  #closing: Promise<void> | undefined;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#base = new URL(options.baseUrl);
    this.#secrets = new Secrets(options.secretQuery ?? [], options.secrets ?? []);
    this.#circuit = new Circuit({ ...options.circuit, clock: options.clock });
    this.#pool = new Pool(this.#base.origin, {
      connections: options.concurrency ?? 2,
      connectTimeout: Math.min(options.timeout, LONGEST_CONNECT),
      headersTimeout: options.timeout,
      bodyTimeout: options.timeout,
      keepAliveTimeout: KEEP_ALIVE,
    });
  }

  async getJson(request: HttpRequest): Promise<HttpAnswer> {
    request.signal.throwIfAborted();
    try {
      return await this.#circuit.run(() => this.#answer(request));
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason;
      throw this.#secrets.clean(errorOfTransport(error));
    }
  }

  /** Drops every connection; what is under way fails. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.destroy();
    return this.#closing;
  }

  async #answer(request: HttpRequest): Promise<HttpAnswer> {
    request.signal.throwIfAborted();
    const cut = new AbortController();
    const abort = () => cut.abort(request.signal.reason);
    request.signal.addEventListener('abort', abort, { once: true });
    // undici's own limits are for silence; this one is also for a body that trickles.
    const cancel = this.#options.clock.schedule(this.#options.timeout, () => cut.abort(OVERDUE));
    try {
      return await this.#exchange(request, cut.signal);
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason;
      if (cut.signal.aborted) {
        throw new ProviderError('PROVIDER_TIMEOUT', 'No whole answer in time', {
          details: { url: this.#secrets.maskUrl(this.#urlOf(request)), timeout: this.#options.timeout },
        });
      }
      throw errorOfTransport(error);
    } finally {
      cancel();
      request.signal.removeEventListener('abort', abort);
    }
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { clock, errorOf } = this.#options;
    const requestedAt = clock.now();
    const exchange = await this.#send(request, signal);
    const { url, status, headers, kept } = exchange;
    this.#tellQuota(headers);
    const notModified = status === 304 && kept !== undefined;
    const body = notModified ? kept.body : await this.#bodyOf(exchange, signal);
    if (notModified) await exchange.body.dump();
    const receivedAt = clock.now();
    // A body may say that it is an error whatever its status says; one that is kept has been asked already.
    const error = notModified ? undefined : errorOf?.(status, headers, body?.value, receivedAt);
    if (error !== undefined) throw error;
    if (body === undefined) throw errorOfStatus(status, headers, receivedAt);
    if (!notModified && !isSuccess(status)) throw errorOfStatus(status, headers, receivedAt);
    if (!notModified && request.post === undefined) this.#kept.keep(url.href, headers, body);
    const fresh = freshFor(headers);
    return {
      status,
      headers,
      body: body.value,
      notModified,
      requestedAt,
      receivedAt,
      ...(fresh !== undefined && { freshFor: fresh }),
    };
  }

  /** Sends the request and follows redirects that stay on the host. */
  async #send(request: HttpRequest, signal: AbortSignal): Promise<Exchange> {
    let url = this.#urlOf(request);
    for (let hops = 0; ; hops++) {
      const { post } = request;
      const kept = post === undefined ? this.#kept.get(url.href) : undefined;
      const response = await this.#pool.request({
        method: post === undefined ? 'GET' : 'POST',
        path: `${url.pathname}${url.search}`,
        headers: {
          accept: 'application/json',
          'accept-encoding': ACCEPTED_ENCODINGS,
          'user-agent': this.#options.userAgent,
          ...kept?.validators,
          ...(post && { 'content-type': post.contentType }),
          ...request.headers,
        },
        ...(post && { body: post.body }),
        signal,
      });
      const headers = responseHeaders(response.headers);
      const exchange = { url, status: response.statusCode, headers, body: response.body, kept };
      const isFollowed = post === undefined && isRedirect(exchange.status);
      if (!isFollowed || headers.location === undefined) return exchange;
      await response.body.dump();
      const next = URL.parse(headers.location, url.href);
      if (next?.origin !== this.#base.origin || hops === MOST_REDIRECTS) {
        throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'The provider redirects elsewhere, or in circles', {
          details: { status: exchange.status, from: this.#secrets.maskUrl(url) },
        });
      }
      url = next;
    }
  }

  /** The body as JSON; `undefined` for an error's body that is none or is not worth reading. */
  async #bodyOf({ status, headers, body }: Exchange, signal: AbortSignal) {
    if (isSuccess(status)) return readJson(body, headers, this.#options.maxBodyBytes ?? 16 * MEBIBYTE);
    try {
      return await readJson(body, headers, LARGEST_ERROR_BODY);
    } catch {
      signal.throwIfAborted();
      body.destroy();
      return undefined;
    }
  }

  #tellQuota(headers: ResponseHeaders): void {
    const quota = this.#options.quotaOf?.(headers, this.#options.clock.now());
    if (quota !== undefined) this.#options.onQuota?.(quota);
  }

  #urlOf({ path, query }: HttpRequest): URL {
    const url = new URL(`${this.#base.pathname.replace(/\/$/, '')}${path}`, this.#base.origin);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.append(name, value);
    return url;
  }
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;
const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);
