import type { HttpClient } from '../../ports/http-client.ts';
import { ProviderError } from '../../ports/provider-error.ts';
import type { Settings } from './settings.ts';
import { isLoginAnswer } from './wire.ts';

type Credentials = Pick<Settings, 'appKey' | 'username' | 'password' | 'session'>;

/** The session token: the given one, or one that is logged in for when it is needed. */
export class Sessions {
  readonly #credentials: Credentials;
  readonly #identity: HttpClient;
  #token: string | undefined;
  #login: Promise<string> | undefined;

  constructor(credentials: Credentials, identity: HttpClient) {
    this.#credentials = credentials;
    this.#identity = identity;
    this.#token = credentials.session;
  }

  async current(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    return this.#token ?? this.#logIn(signal);
  }

  /** Another session in place of one that was refused. Throws `PROVIDER_KEY_REFUSED` when there can be none. */
  async renew(refused: string, signal: AbortSignal): Promise<string> {
    const { username, password } = this.#credentials;
    const hasAccount = username !== undefined && password !== undefined;
    if (!hasAccount) throw new ProviderError('PROVIDER_KEY_REFUSED', 'Betfair refuses the given session');
    if (this.#token === refused) this.#token = undefined;
    return this.current(signal);
  }

  /** Polls and the stream may need it at the same moment; logging in twice would be one of few logins wasted. */
  #logIn(signal: AbortSignal): Promise<string> {
    const { username, password } = this.#credentials;
    if (username === undefined || password === undefined) {
      const why = 'No session, and no username and password to log in with';
      return Promise.reject(new ProviderError('PROVIDER_KEY_REFUSED', why));
    }
    this.#login ??= this.#ask(username, password).finally(() => {
      this.#login = undefined;
    });
    return abortable(this.#login, signal);
  }

  async #ask(username: string, password: string): Promise<string> {
    const { body } = await this.#identity.getJson({
      path: '/login',
      headers: { 'x-application': this.#credentials.appKey },
      post: {
        contentType: 'application/x-www-form-urlencoded',
        body: new URLSearchParams({ username, password }).toString(),
      },
      // It serves whoever else waits for it; the client's own time limit ends it.
      signal: new AbortController().signal,
    });
    if (!isLoginAnswer(body))
      throw new ProviderError('PROVIDER_BAD_PAYLOAD', 'The answer is no login of Betfair');
    this.#token = body.token;
    return body.token;
  }
}

/** The promise's outcome, or the signal's reason when it is aborted first. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
