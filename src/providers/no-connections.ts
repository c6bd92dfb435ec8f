import type { HttpClient } from '../ports/http-client.ts';
import type { LineClient } from '../ports/line-client.ts';
import { ProviderError } from '../ports/provider-error.ts';

const refused = (why: string) => Promise.reject(new ProviderError('PROVIDER_REQUEST_REFUSED', why));

/** What a provider is lent that has no base URL. */
export const noHttp: HttpClient = {
  getJson: () => refused('This provider has no base URL, so it has no HTTP client'),
};

/** What a provider is lent that declares no stream. */
export const noLines: LineClient = {
  open: () => refused('This provider declares no stream, so it has no line connections'),
};
