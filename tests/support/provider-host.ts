import type { Clock } from '../../src/ports/clock.ts';
import type { HttpClient } from '../../src/ports/http-client.ts';
import type { ProviderHost } from '../../src/ports/provider.ts';

/** A host for a provider that only asks by HTTP. */
export const httpHost = (http: HttpClient, clock: Pick<Clock, 'now'>): ProviderHost => ({
  http,
  clock,
  httpAt: () => http,
  lines: { open: () => Promise.reject(new Error('no line connection is lent here')) },
});
