import type { ProviderId } from '../../domain/ids.ts';
import { iso } from '../../domain/time.ts';
import type { HistoryEntry } from '../../ports/history.ts';

/** The first place where what was kept and what a replay made are not the same, to the byte. */
export interface Difference {
  readonly index: number;
  readonly kept: string | undefined;
  readonly replayed: string | undefined;
}

/** Compares one stream of one match, entry by entry. Positions are left out: a replay has an epoch of its own. */
export function firstDifference(
  kept: readonly HistoryEntry[],
  replayed: readonly HistoryEntry[],
): Difference | undefined {
  const [a, b] = [withoutRestored(kept).map(textOf), replayed.map(textOf)];
  for (let index = 0; index < Math.max(a.length, b.length); index++)
    if (a[index] !== b[index]) return { index, kept: a[index], replayed: b[index] };
  return undefined;
}

/** True when nobody but these had a part in the views. */
export function isOnlyFrom(entries: readonly HistoryEntry[], sources: ReadonlySet<ProviderId>): boolean {
  return entries.every(({ view }) =>
    'status' in view
      ? view.sources.every(({ provider }) => sources.has(provider))
      : view.every(({ outcomes }) =>
          outcomes.every(({ quotes }) => quotes.every(({ provider }) => sources.has(provider))),
        ),
  );
}

const textOf = ({ kind, at, view, data }: HistoryEntry): string =>
  canonical({ kind, at: iso(at), view, data });

/** A server that begins again with an empty live store puts the last view there anew: it is kept twice. */
function withoutRestored(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  return entries.filter((entry, i) => {
    const before = entries[i - 1];
    const isFirst = entry.position.seq === 1 && before?.position.epoch !== entry.position.epoch;
    return before === undefined || !isFirst || canonical(before.view) !== canonical(entry.view);
  });
}

/** The value as JSON text. The order of names means nothing (Postgres has its own), all else does. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
