import type { EventDraft } from '../../../domain/event.ts';
import type { AppendOutcome } from '../../../ports/event-log.ts';
import { StoreError } from '../../../ports/store-error.ts';
import { repeated } from './append-rows.ts';
import { faultOf } from './storable.ts';

/** Commits drafts whose keys differ from each other; all of them or none. */
export type Insert = (drafts: readonly EventDraft[]) => Promise<readonly AppendOutcome[]>;

const TRIES = 5;

/**
 * Commits the drafts of many callers at once, and keeps them from spoiling each other: what can never be stored is
 * refused alone, and a key that comes twice is stored the first time. Throws `StoreError` when it is not known whether
 * they are stored.
 */
export async function appendFlight(insert: Insert, drafts: readonly EventDraft[]): Promise<AppendOutcome[]> {
  const outcomes: (AppendOutcome | undefined)[] = new Array(drafts.length);
  const placeOfKey = new Map<string, number>();
  const firsts: number[] = [];
  const later: { readonly place: number; readonly first: number }[] = [];
  for (const [place, draft] of drafts.entries()) {
    const fault = faultOf(draft);
    if (fault !== undefined) {
      outcomes[place] = { outcome: 'refused', reason: fault };
      continue;
    }
    const key = `${draft.source}\0${draft.externalId}`;
    const first = placeOfKey.get(key);
    if (first !== undefined) later.push({ place, first });
    else {
      placeOfKey.set(key, place);
      firsts.push(place);
    }
  }
  const at = (place: number) => drafts[place] as EventDraft;
  const stored = await insertApart(insert, firsts.map(at));
  for (const [i, place] of firsts.entries()) outcomes[place] = stored[i];
  const again: number[] = [];
  for (const { place, first } of later) {
    const outcome = outcomes[first] as AppendOutcome;
    if (outcome.outcome === 'stored')
      outcomes[place] = repeated(at(place), outcome.event, at(first).bodyHash);
    // The kept body is neither's, or the first one could not be stored: this one is judged for itself.
    else if (outcome.outcome === 'duplicate')
      outcomes[place] = repeated(at(place), outcome.first, at(first).bodyHash);
    else again.push(place);
  }
  if (again.length > 0) {
    const rest = await appendFlight(insert, again.map(at));
    for (const [i, place] of again.entries()) outcomes[place] = rest[i];
  }
  return outcomes as AppendOutcome[];
}

/** One draft that Postgres refuses for what it says spoils the statement: halves are tried until it stands alone. */
async function insertApart(insert: Insert, drafts: readonly EventDraft[]): Promise<readonly AppendOutcome[]> {
  if (drafts.length === 0) return [];
  try {
    return await insertAgain(insert, drafts);
  } catch (error) {
    if (!isAboutData(error)) throw error;
    if (drafts.length === 1)
      return [{ outcome: 'refused', reason: 'data is not JSON, or is nested too deeply' }];
    const middle = drafts.length >> 1;
    return [
      ...(await insertApart(insert, drafts.slice(0, middle))),
      ...(await insertApart(insert, drafts.slice(middle))),
    ];
  }
}

/** A flight of another replica came in between, with the same keys in other shards: now they are known. */
async function insertAgain(insert: Insert, drafts: readonly EventDraft[]): Promise<readonly AppendOutcome[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await insert(drafts);
    } catch (error) {
      if (!isRace(error)) throw error;
      if (tries === TRIES)
        throw new StoreError('STORE_UNAVAILABLE', 'Others append the same events all the time', {
          cause: error,
        });
    }
  }
}

const stateOf = (error: unknown): string =>
  error instanceof StoreError ? String(error.details.postgres ?? '') : '';

const isRace = (error: unknown): boolean => /^(23505|40001|40P01)$/.test(stateOf(error));

/** Errors for what the data say, and for how deeply they are nested; not for how we ask, or what the server lacks. */
const isAboutData = (error: unknown): boolean => /^(22...|54001)$/.test(stateOf(error));
