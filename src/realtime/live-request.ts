import { isMatchId, type MatchId, providerId } from '../domain/ids.ts';
import type { Position } from '../domain/view.ts';
import type { LiveStore } from '../ports/live-store.ts';
import { parsePosition } from './position.ts';
import { RealtimeError } from './realtime-error.ts';

/** What a client asks of `/live/:matchId`. */
export interface LiveRequest {
  readonly matchId: MatchId;
  readonly markets: boolean;
  /** Where the client stopped reading scores; absent when it wants a snapshot. */
  readonly since?: Position;
  /** Where it stopped reading markets. */
  readonly marketsSince?: Position;
}

const PARAMETERS = ['since', 'markets', 'marketsSince'];
// A pushed source may be called by any of these, a provider by fewer.
const PROVIDER = /^[A-Za-z0-9._-]{1,64}$/;
const LONGEST_EXTERNAL_ID = 256;

/** Reads the path's match and the query, all of it text from outside; throws `RealtimeError`. */
export function readLiveRequest(
  named: string,
  query: Readonly<Record<string, unknown>>,
  live: Pick<LiveStore, 'findByLink'>,
): LiveRequest {
  for (const name of Object.keys(query)) {
    if (!PARAMETERS.includes(name)) throw invalid(`unknown parameter ${quoted(name)}`);
  }
  const since = position(query, 'since');
  const marketsSince = position(query, 'marketsSince');
  const markets = flag(query, 'markets');
  if (marketsSince !== undefined && !markets) throw invalid('marketsSince needs markets=1');
  if (marketsSince !== undefined && since === undefined) throw invalid('marketsSince needs since');
  return {
    matchId: resolve(named, live),
    markets,
    ...(since && { since }),
    ...(marketsSince && { marketsSince }),
  };
}

/** An id of ours need not be known yet: its first message may still come. A provider's id means nothing until it is. */
function resolve(named: string, live: Pick<LiveStore, 'findByLink'>): MatchId {
  if (isMatchId(named)) return named;
  const colon = named.indexOf(':');
  const provider = named.slice(0, Math.max(0, colon));
  const externalId = named.slice(colon + 1);
  if (!PROVIDER.test(provider) || externalId === '' || externalId.length > LONGEST_EXTERNAL_ID)
    throw invalid('the path names no match: our id, or provider:theirId');
  const id = live.findByLink({ provider: providerId(provider), externalId });
  if (id === undefined) throw new RealtimeError('MATCH_NOT_FOUND', `No match is known as ${quoted(named)}.`);
  return id;
}

function position(query: Readonly<Record<string, unknown>>, name: string): Position | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const parsed = typeof text === 'string' ? parsePosition(text) : undefined;
  if (parsed === undefined) throw invalid(`${name} must be <epoch>:<seq>, given once`);
  return parsed;
}

function flag(query: Readonly<Record<string, unknown>>, name: string): boolean {
  const text = query[name];
  if (text === undefined || text === '0' || text === 'false') return false;
  if (text === '1' || text === 'true') return true;
  throw invalid(`${name} must be 1 or 0, given once`);
}

const invalid = (detail: string): RealtimeError => new RealtimeError('VALIDATION_FAILED', `${detail}.`);

const quoted = (text: string): string => JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
