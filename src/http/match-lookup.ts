import { isMatchId, type MatchId, providerId } from '../domain/ids.ts';
import type { MatchView } from '../domain/view.ts';
import type { LiveStore } from '../ports/live-store.ts';
import { Problem, quoted } from './problem.ts';

// A pushed source may be called by any of these, a provider by fewer.
const PROVIDER = /^[A-Za-z0-9._-]{1,64}$/;
const LONGEST_EXTERNAL_ID = 256;

/** The live match a path names, by our id or as `provider:theirId`. */
export function liveMatch(live: LiveStore, named: string): MatchView | undefined {
  if (isMatchId(named)) return live.view(named);
  const colon = named.indexOf(':');
  const provider = named.slice(0, Math.max(0, colon));
  const externalId = named.slice(colon + 1);
  if (!PROVIDER.test(provider) || externalId === '' || externalId.length > LONGEST_EXTERNAL_ID)
    return undefined;
  const id = live.findByLink({ provider: providerId(provider), externalId });
  return id === undefined ? undefined : live.view(id);
}

/** The text as one of our ids, for asking the history; refuses what cannot be one with `MATCH_NOT_FOUND`. */
export function keptMatchId(named: string): MatchId {
  if (isMatchId(named)) return named;
  throw matchNotFound(named);
}

export const matchNotFound = (named: string): Problem =>
  new Problem('MATCH_NOT_FOUND', `No match is known as ${quoted(named)}.`);
