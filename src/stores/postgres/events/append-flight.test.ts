import { describe, expect, test } from 'bun:test';
import { aDraft, drafts } from '../../../../tests/support/event-drafts.ts';
import type { EventDraft, EventId } from '../../../domain/event.ts';
import type { AppendOutcome } from '../../../ports/event-log.ts';
import { StoreError } from '../../../ports/store-error.ts';
import { appendFlight } from './append-flight.ts';

const refused = (state: string) =>
  new StoreError('STORE_REJECTED', 'refused', { details: { postgres: state } });

/** Stores what it is given, after `before` had its say. */
function anInsert(before: (given: readonly EventDraft[]) => void = () => {}) {
  const flights: number[] = [];
  const stored: EventId[] = [];
  const insert = async (given: readonly EventDraft[]): Promise<AppendOutcome[]> => {
    flights.push(given.length);
    before(given);
    return given.map((draft) => {
      stored.push(draft.itemId);
      return { outcome: 'stored', event: { ...draft, shardId: 0, sequenceNumber: stored.length } };
    });
  };
  return { insert, flights, stored };
}

const kinds = (outcomes: readonly AppendOutcome[]) => outcomes.map(({ outcome }) => outcome);

describe('a flight', () => {
  for (const state of ['23505', '40001', '40P01'])
    test(`is sent again after ${state}: another replica’s flight came in between`, async () => {
      let races = 2;
      const { insert, flights } = anInsert(() => {
        if (races-- > 0) throw refused(state);
      });
      expect(kinds(await appendFlight(insert, drafts(3)))).toEqual(['stored', 'stored', 'stored']);
      expect(flights).toEqual([3, 3, 3]);
    });

  test('that never comes through can be retried by its callers', async () => {
    const { insert, flights } = anInsert(() => {
      throw refused('23505');
    });
    await expect(appendFlight(insert, drafts(2))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
    });
    expect(flights).toEqual([2, 2, 2, 2, 2]);
  });

  for (const state of ['22P02', '22021', '54001'])
    test(`is halved around the draft that Postgres refuses with ${state}, in order`, async () => {
      const given = drafts(20);
      const poison = given[13] as EventDraft;
      const { insert, stored } = anInsert((some) => {
        if (some.includes(poison)) throw refused(state);
      });
      const outcomes = await appendFlight(insert, given);
      expect(kinds(outcomes).filter((kind) => kind === 'refused')).toHaveLength(1);
      expect(outcomes[13]?.outcome).toBe('refused');
      expect(stored).toEqual(given.filter((draft) => draft !== poison).map(({ itemId }) => itemId));
    });

  for (const state of ['54000', '23502', '42P01', '53100', ''])
    test(`fails whole with ${state || 'no state'}: no draft is to blame`, async () => {
      const { insert, flights } = anInsert(() => {
        throw refused(state);
      });
      await expect(appendFlight(insert, drafts(4))).rejects.toMatchObject({ code: 'STORE_REJECTED' });
      expect(flights).toEqual([4]);
    });

  test('of drafts that are all refused beforehand asks nothing', async () => {
    const { insert, flights } = anInsert();
    const outcomes = await appendFlight(insert, [aDraft({ data: '' }), aDraft({ externalId: '' })]);
    expect(kinds(outcomes)).toEqual(['refused', 'refused']);
    expect(flights).toEqual([]);
  });
});
