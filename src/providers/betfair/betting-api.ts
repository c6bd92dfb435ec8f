import type { HttpAnswer, HttpClient } from '../../ports/http-client.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import { isSessionRefused } from './errors.ts';
import type { Sessions } from './sessions.ts';
import { isRpcResult } from './wire.ts';

export interface RpcAnswer extends Pick<HttpAnswer, 'requestedAt' | 'receivedAt'> {
  readonly result: readonly unknown[];
}

/** The JSON-RPC service. */
export class BettingApi {
  readonly #http: HttpClient;
  readonly #sessions: Sessions;
  readonly #appKey: string;

  constructor(http: HttpClient, sessions: Sessions, appKey: string) {
    this.#http = http;
    this.#sessions = sessions;
    this.#appKey = appKey;
  }

  /** Calls a method whose result is a list. A session that has ended is renewed, once. */
  async call(method: string, params: object, signal: AbortSignal): Promise<RpcAnswer> {
    const session = await this.#sessions.current(signal);
    try {
      return await this.#post(method, params, session, signal);
    } catch (error) {
      if (!isSessionRefused(error)) throw error;
      return this.#post(method, params, await this.#sessions.renew(session, signal), signal);
    }
  }

  async #post(method: string, params: object, session: string, signal: AbortSignal): Promise<RpcAnswer> {
    const { body, requestedAt, receivedAt } = await this.#http.getJson({
      path: '/json-rpc/v1',
      headers: { 'x-application': this.#appKey, 'x-authentication': session },
      post: {
        contentType: 'application/json',
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: `SportsAPING/v1.0/${method}`, params }),
      },
      signal,
    });
    if (!isRpcResult(body))
      throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'The answer has no list as its result');
    return { result: body.result, requestedAt, receivedAt };
  }
}
