import { describe, expect, test } from 'bun:test';
import { FakeClock } from '../../../../tests/support/fake-clock.ts';
import type { EventDraft } from '../../../domain/event.ts';
import { seconds } from '../../../domain/time.ts';
import type { AppendOutcome } from '../../../ports/event-log.ts';
import { StoreError } from '../../../ports/store-error.ts';
import { AppendQueue, type Load } from './append-queue.ts';

const draft = (id: string, data = '{}') => ({ externalId: id, data }) as EventDraft;
const ids = (list: readonly EventDraft[]) => list.map(({ externalId }) => externalId).join('');
const many = (text: string) => [...text].map((id) => draft(id));

/** A queue whose flights land when the test says so; each flight's outcomes name their drafts. */
function aQueue(more: { capacity?: Load; flight?: Load } = {}) {
  const clock = new FakeClock();
  const flights: { drafts: readonly EventDraft[]; land: () => void; crash: (error: unknown) => void }[] = [];
  const queue = new AppendQueue({
    clock,
    capacity: more.capacity ?? { drafts: 100, characters: 10_000 },
    flight: more.flight ?? { drafts: 10, characters: 1_000 },
    patience: seconds(5),
    commit: (drafts) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly AppendOutcome[]>();
      const outcomes = drafts.map(({ externalId }) => ({ outcome: 'refused', reason: externalId }) as const);
      flights.push({ drafts, land: () => resolve(outcomes), crash: reject });
      return promise;
    },
  });
  const answers: string[] = [];
  const append = (given: readonly EventDraft[]) => {
    queue.append(given).then(
      (outcomes) => answers.push(outcomes.map((o) => (o.outcome === 'refused' ? o.reason : '?')).join('')),
      (error) => answers.push(error.code),
    );
  };
  return { queue, clock, flights, answers, append };
}

describe('the append queue', () => {
  test('who comes while a flight is under way flies together next', async () => {
    const { clock, flights, answers, append } = aQueue();
    append(many('a'));
    await clock.advance(0);
    append(many('bc'));
    append(many('d'));
    expect(flights.map(({ drafts }) => ids(drafts))).toEqual(['a']);
    flights[0]?.land();
    await clock.advance(0);
    expect(flights.map(({ drafts }) => ids(drafts))).toEqual(['a', 'bcd']);
    flights[1]?.land();
    await clock.advance(0);
    expect(answers).toEqual(['a', 'bc', 'd']);
    append(many('e'));
    await clock.advance(0);
    expect(flights.map(({ drafts }) => ids(drafts))).toEqual(['a', 'bcd', 'e']);
  });

  test('a call larger than a flight takes several and is answered once, in its order', async () => {
    const { clock, flights, answers, append, queue } = aQueue({ flight: { drafts: 3, characters: 1_000 } });
    append(many('abcd'));
    append(many('efgh'));
    for (let i = 0; i < 3; i++) {
      await clock.advance(0);
      flights[i]?.land();
    }
    await clock.advance(0);
    expect(flights.map(({ drafts }) => ids(drafts))).toEqual(['abc', 'def', 'gh']);
    expect(answers).toEqual(['abcd', 'efgh']);
    expect(queue.waiting).toBe(0);
  });

  test('a flight is bounded by what its data weighs; what is too heavy for any flies alone', async () => {
    const { clock, flights, append } = aQueue({ flight: { drafts: 10, characters: 10 } });
    append([
      draft('a', '123456'),
      draft('b', '123'),
      draft('c', '12'),
      draft('d', '1'.repeat(50)),
      draft('e'),
    ]);
    for (let i = 0; i < 4; i++) {
      await clock.advance(0);
      flights[i]?.land();
    }
    expect(flights.map(({ drafts }) => ids(drafts))).toEqual(['ab', 'c', 'd', 'e']);
  });

  test('full, it refuses at once; a call that never fits is taken when nobody waits', async () => {
    const { clock, flights, answers, append, queue } = aQueue({
      capacity: { drafts: 3, characters: 20 },
    });
    append(many('abcdef'));
    await clock.advance(0);
    expect(flights.map(({ drafts }) => ids(drafts))).toEqual(['abcdef']);
    append(many('ghi'));
    append(many('j'));
    await clock.advance(0);
    expect(answers).toEqual(['STORE_UNAVAILABLE']);
    flights[0]?.land();
    await clock.advance(0);
    append([draft('k', '1'.repeat(15))]);
    append([draft('l', '1'.repeat(6))]);
    await clock.advance(0);
    expect(answers).toEqual(['STORE_UNAVAILABLE', 'abcdef', 'STORE_UNAVAILABLE']);
    for (const flight of [1, 2]) {
      flights[flight]?.land();
      await clock.advance(0);
    }
    expect(answers.slice(3)).toEqual(['ghi', 'k']);
    expect(queue.waiting).toBe(0);
  });

  test('a flight that fails rejects its own callers; the others fly', async () => {
    const { clock, flights, answers, append, queue } = aQueue({ flight: { drafts: 2, characters: 1_000 } });
    append(many('a'));
    append(many('bcde'));
    append(many('f'));
    await clock.advance(0);
    flights[0]?.crash(new StoreError('STORE_UNAVAILABLE', 'gone'));
    await clock.advance(0);
    flights[1]?.land();
    await clock.advance(0);
    // What was left of the call that lost a part is not sent.
    expect(flights.map(({ drafts }) => ids(drafts))).toEqual(['ab', 'f']);
    expect(answers).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE', 'f']);
    expect(queue.waiting).toBe(0);
  });

  test('when a flight was not answered in time nobody else waits for the same', async () => {
    const { clock, flights, answers, append } = aQueue({ flight: { drafts: 1, characters: 1_000 } });
    for (const id of 'abc') append(many(id));
    await clock.advance(0);
    flights[0]?.crash(new StoreError('STORE_TIMEOUT', 'no answer'));
    await clock.advance(0);
    expect(answers).toEqual(['STORE_TIMEOUT', 'STORE_TIMEOUT', 'STORE_TIMEOUT']);
    expect(flights).toHaveLength(1);
  });

  test('who waited too long for a flight is sent away, not taken along', async () => {
    const { clock, flights, answers, append } = aQueue();
    append(many('a'));
    await clock.advance(0);
    append(many('b'));
    await clock.advance(seconds(4));
    append(many('c'));
    await clock.advance(seconds(1) + 1);
    flights[0]?.land();
    await clock.advance(0);
    expect(flights.map(({ drafts }) => ids(drafts))).toEqual(['a', 'c']);
    expect(answers).toEqual(['a', 'STORE_TIMEOUT']);
  });

  test('what is no StoreError becomes one', async () => {
    const { clock, flights, answers, append } = aQueue();
    append(many('a'));
    await clock.advance(0);
    flights[0]?.crash(new TypeError('a mistake of ours'));
    await clock.advance(0);
    expect(answers).toEqual(['STORE_REJECTED']);
  });

  test('a stop waits for the flight and sends away the rest', async () => {
    const { clock, flights, answers, append, queue } = aQueue();
    append(many('a'));
    await clock.advance(0);
    append(many('b'));
    let stopped = false;
    void queue.stop().then(() => {
      stopped = true;
    });
    append(many('c'));
    await clock.advance(0);
    expect(answers).toEqual(['STORE_UNAVAILABLE', 'STORE_STOPPED']);
    expect(stopped).toBe(false);
    flights[0]?.land();
    await clock.advance(0);
    expect(stopped).toBe(true);
    expect(answers.at(-1)).toBe('a');
    expect(flights).toHaveLength(1);
  });
});
