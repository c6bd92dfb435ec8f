import type { RequestListener } from 'node:http';
import { seconds } from '../../src/domain/time.ts';
import {
  type HttpClientOptions,
  PooledHttpClient,
} from '../../src/platform/http-client/pooled-http-client.ts';
import type { HttpAnswer, HttpRequest } from '../../src/ports/http-client.ts';
import { ProviderError } from '../../src/ports/provider-error.ts';
import { FakeClock } from './fake-clock.ts';
import { type UpstreamServer, upstreamServer } from './upstream-server.ts';

export interface HttpBench {
  readonly upstream: UpstreamServer;
  readonly clock: FakeClock;
  readonly client: PooledHttpClient;
  get(path: string, more?: Partial<HttpRequest>): Promise<HttpAnswer>;
  /** The error of a request that has to fail. */
  failure(path: string, more?: Partial<HttpRequest>): Promise<ProviderError>;
  close(): Promise<void>;
}

/** A client bound to a server that answers like that, on a clock that stands still. */
export async function httpBench(
  answer: RequestListener,
  options: Partial<HttpClientOptions> = {},
): Promise<HttpBench> {
  const upstream = await upstreamServer(answer);
  const clock = new FakeClock();
  const client = new PooledHttpClient({
    baseUrl: upstream.url,
    clock,
    userAgent: 'touchline/1.2.3',
    timeout: seconds(5),
    ...options,
  });
  const get = (path: string, more: Partial<HttpRequest> = {}) =>
    client.getJson({ path, signal: new AbortController().signal, ...more });
  const failure = async (path: string, more: Partial<HttpRequest> = {}) => {
    const error = await get(path, more).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ProviderError)) throw new Error('No ProviderError', { cause: error });
    return error;
  };
  const close = async () => {
    await client.close();
    await upstream.close();
  };
  return { upstream, clock, client, get, failure, close };
}

/** Answers with that body as JSON. */
export const json =
  (body: unknown, headers: Record<string, string> = {}, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
