import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { StoreError } from '../../src/ports/store-error.ts';
import { anApi, tokenMaker } from '../support/api.ts';
import { aMatch } from '../support/views.ts';

const match = aMatch('m-1');
const NOW = Date.parse('2026-01-03T15:00:00Z') / 1_000;
let tokens: Awaited<ReturnType<typeof tokenMaker>>;
beforeAll(async () => {
  tokens = await tokenMaker();
});

let api = anApi();
beforeEach(async () => {
  await api.server.stop();
  api = anApi();
  // Its position is e1:1 then, and its score 1-0.
  await api.score(match, 1);
});
afterAll(() => api.server.stop());

interface Asked {
  readonly ifMatch?: string;
  readonly key?: string;
  readonly scope?: string;
  readonly sub?: string;
  readonly of?: string;
}

const headersOf = ({ ifMatch = '"e1:1"', key, scope = 'ingest', sub = 'alice' }: Asked) => ({
  authorization: `Bearer ${tokens({ sub, scope, iat: NOW, exp: NOW + 60 })}`,
  ...(ifMatch !== '' && { 'if-match': ifMatch }),
  ...(key !== undefined && { 'idempotency-key': key }),
});

const enter = (payload: object, asked: Asked = {}) =>
  api.send({
    method: 'POST',
    url: `/api/v1/matches/${asked.of ?? match.id}/events`,
    headers: headersOf(asked),
    payload,
  });
const undo = (itemId: string, asked: Asked = {}) =>
  api.send({
    method: 'DELETE',
    url: `/api/v1/matches/${asked.of ?? match.id}/events/${itemId}`,
    headers: headersOf(asked),
  });
const goal = { type: 'goal', team: 'home', minute: 58 };
const dataOf = (at = -1) => JSON.parse(api.events.stored.at(at)!.data) as Record<string, unknown>;

describe('an entry', () => {
  test('is an event of the source manual, about the match, by the person of the token', async () => {
    const answer = await enter({ ...goal, id: 'mine-1', occurredAt: '2026-01-03T14:59:00Z' });
    expect(answer.statusCode).toBe(202);
    const [event] = api.events.stored;
    expect(answer.json()).toEqual({
      success: true,
      message: 'Event accepted',
      itemId: event!.itemId,
      sequenceNumber: 1,
      shardId: event!.shardId,
      timestamp: '2026-01-03T15:00:00.000Z',
      duplicate: false,
    });
    expect(event).toMatchObject({
      source: 'manual',
      eventType: 'match_event',
      externalId: 'm-1:mine-1',
      subject: 'match:m-1',
      matchId: 'm-1' as never,
      occurredAt: Date.parse('2026-01-03T14:59:00Z') as never,
    });
    expect(dataOf()).toEqual({
      ...goal,
      id: 'mine-1',
      matchId: 'm-1',
      homeScore: 2,
      awayScore: 0,
      enteredBy: 'alice',
    });
  });

  const scores: readonly (readonly [name: string, data: object, score: readonly unknown[]])[] = [
    ['a goal of the home side', goal, [2, 0]],
    ['a goal of the away side, by its name', { ...goal, team: match.away.name }, [1, 1]],
    ['an own goal', { ...goal, type: 'own goal' }, [1, 1]],
    ['a penalty', { ...goal, type: 'PENALTY_GOAL' }, [2, 0]],
    ['three points', { type: 'points', team: 'away', points: 3 }, [1, 3]],
    ['a penalty of a shoot-out', { ...goal, inShootout: true }, [undefined, undefined]],
    ['a card', { type: 'red_card', team: 'home' }, [undefined, undefined]],
    ['a goal that tells the score', { ...goal, homeScore: 3, awayScore: 1 }, [3, 1]],
    ['a goal of no side', { type: 'goal' }, [undefined, undefined]],
  ];
  for (const [name, data, score] of scores) {
    test(`${name}: the score that follows`, async () => {
      expect((await enter({ data })).statusCode).toBe(202);
      expect([dataOf().homeScore, dataOf().awayScore]).toEqual([...score]);
    });
  }

  test('a status and a score', async () => {
    await enter({ eventType: 'match_status', data: { status: 'paused' } });
    expect(dataOf()).toEqual({ status: 'paused', matchId: 'm-1', enteredBy: 'alice' });
    await api.clock.advance(3_000);
    await enter({ eventType: 'live_score', data: { homeScore: 2, awayScore: 2 } });
    expect(dataOf()).toMatchObject({ homeScore: 2, awayScore: 2 });
  });

  test('of a match named by the id of a provider', async () => {
    const [link] = match.links;
    expect((await enter(goal, { of: `${link!.provider}:${link!.externalId}` })).statusCode).toBe(202);
    expect(dataOf().matchId).toBe('m-1');
  });
});

describe('what is refused leaves no row', () => {
  const table: readonly (readonly [name: string, payload: object, asked: Asked, expected: string])[] = [
    ['no token', goal, { scope: '' }, '403 SCOPE_MISSING'],
    ['another scope', goal, { scope: 'read operator' }, '403 SCOPE_MISSING'],
    ['no such match', goal, { of: 'm-2' }, '404 MATCH_NOT_FOUND'],
    ['no state named', goal, { ifMatch: '' }, '428 POSITION_NEEDED'],
    ['an earlier state', goal, { ifMatch: '"e1:0"' }, '412 POSITION_OUTDATED'],
    ['a later state', goal, { ifMatch: '"e1:2"' }, '412 POSITION_OUTDATED'],
    ['another epoch', goal, { ifMatch: '"e2:1"' }, '412 POSITION_OUTDATED'],
    ['no entity tag', goal, { ifMatch: 'e1:1' }, '412 POSITION_OUTDATED'],
    ['another match in the body', { ...goal, matchId: 'm-2' }, {}, '400 VALIDATION_FAILED'],
    [
      'a type that is not entered by hand',
      { eventType: 'betting_odds', data: {} },
      {},
      '400 VALIDATION_FAILED',
    ],
    ['an id with a space', { ...goal, id: 'a b' }, {}, '400 VALIDATION_FAILED'],
    ['fields beside data', { data: goal, minute: 3 }, {}, '400 VALIDATION_FAILED'],
    ['a time without a zone', { ...goal, occurredAt: '2026-01-03T15:00:00' }, {}, '400 VALIDATION_FAILED'],
    ['nothing that happened', { team: 'home' }, {}, '400 EVENT_INVALID'],
    ['an unknown side', { type: 'red_card', team: 'left' }, {}, '400 EVENT_INVALID'],
  ];
  for (const [name, payload, asked, expected] of table) {
    test(`${name}: ${expected}`, async () => {
      const answer = await enter(payload, asked);
      expect(`${answer.statusCode} ${answer.json().code}`).toBe(expected);
      expect(api.events.stored).toEqual([]);
      if (answer.statusCode === 412) expect(answer.headers.etag).toBe('"e1:1"');
    });
  }
});

describe('the state that is meant', () => {
  test('may be named by the tag of the score, in a list, or not at all', async () => {
    const { etag } = (await api.get(`/api/scores/${match.id}`)).headers;
    expect((await enter(goal, { ifMatch: String(etag) })).statusCode).toBe(202);
    expect((await enter(goal, { ifMatch: '*' })).statusCode).toBe(202);
    await api.clock.advance(3_000);
    expect((await enter(goal, { ifMatch: '"x", "e1:1"' })).statusCode).toBe(202);
  });

  test('lets one entry through, of many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => enter(goal)));
    expect(answers.filter(({ statusCode }) => statusCode === 202)).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode === 412)).toHaveLength(19);
    expect(api.events.stored).toHaveLength(1);
  });

  test('is free again when the entry was refused, or could not be kept', async () => {
    expect((await enter({ team: 'home' })).statusCode).toBe(400);
    api.events.fails = new StoreError('STORE_UNAVAILABLE', 'away');
    expect((await enter(goal)).statusCode).toBe(503);
    api.events.fails = undefined;
    expect((await enter(goal)).statusCode).toBe(202);
  });

  test('is free again when the entry has changed nothing', async () => {
    await enter({ type: 'red_card', team: 'home' });
    expect((await enter(goal)).statusCode).toBe(412);
    await api.clock.advance(2_001);
    expect((await enter(goal)).statusCode).toBe(202);
  });
});

describe('an entry that is sent again', () => {
  test('is answered as the first time, though the match has moved on', async () => {
    const first = (await enter({ ...goal, id: 'mine-1' })).json();
    await api.score(match, 2);
    const again = await enter({ ...goal, id: 'mine-1' });
    expect([again.statusCode, again.json()]).toEqual([
      202,
      { ...first, message: 'Event was accepted before', duplicate: true },
    ]);
    expect(api.events.stored).toHaveLength(1);
  });

  test('by its Idempotency-Key as well', async () => {
    await enter(goal, { key: 'k-1' });
    expect((await enter(goal, { key: 'k-1' })).json().duplicate).toBe(true);
    expect((await enter(goal, { key: 'k-2' })).statusCode).toBe(412);
  });

  test('with other words is a conflict', async () => {
    await enter({ ...goal, id: 'mine-1' });
    const answer = await enter({ ...goal, id: 'mine-1', minute: 59 });
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'EVENT_CONFLICT']);
  });
});

describe('undo', () => {
  test('takes a goal back, as an event of its own, once', async () => {
    const { itemId } = (await enter(goal)).json();
    const { id } = dataOf();
    await api.score(match, 2);
    const answer = await undo(itemId, { ifMatch: '"e1:2"', sub: 'bob' });
    expect(answer.statusCode).toBe(202);
    expect(dataOf()).toEqual({
      ...goal,
      id,
      matchId: 'm-1',
      action: 'delete',
      homeScore: 1,
      awayScore: 0,
      enteredBy: 'bob',
    });
    await api.score(match, 1);
    const again = await undo(itemId, { ifMatch: '"e1:2"' });
    expect(again.json()).toMatchObject({ itemId: answer.json().itemId, duplicate: true });
    expect(api.events.stored).toHaveLength(2);
  });

  test('a card is taken back without a score', async () => {
    const { itemId } = (await enter({ type: 'red_card', team: 'away', id: 'card' })).json();
    await api.clock.advance(3_000);
    await undo(itemId);
    expect(dataOf()).toEqual({
      type: 'red_card',
      team: 'away',
      id: 'card',
      matchId: 'm-1',
      action: 'delete',
      enteredBy: 'alice',
    });
  });

  test('is refused where there is nothing to undo', async () => {
    const { itemId: status } = (
      await enter({ eventType: 'match_status', data: { status: 'paused' } })
    ).json();
    await api.clock.advance(3_000);
    const { itemId: card } = (await enter({ type: 'red_card', team: 'home' })).json();
    await api.clock.advance(3_000);
    const { itemId: undone } = (await undo(card)).json();
    await api.clock.advance(3_000);
    const codes = async (itemId: string, asked: Asked = {}) => {
      const answer = await undo(itemId, asked);
      return `${answer.statusCode} ${answer.json().code}`;
    };
    expect(await codes(status)).toBe('409 EVENT_NOT_UNDOABLE');
    expect(await codes(undone)).toBe('409 EVENT_NOT_UNDOABLE');
    expect(await codes('ev_unknown')).toBe('404 EVENT_NOT_FOUND');
    expect(await codes('nonsense')).toBe('400 VALIDATION_FAILED');
    const { itemId } = (await enter(goal)).json();
    await api.clock.advance(3_000);
    expect(await codes(itemId, { ifMatch: '' })).toBe('428 POSITION_NEEDED');
    expect(await codes(itemId, { ifMatch: '"e1:0"' })).toBe('412 POSITION_OUTDATED');
    expect(await codes(itemId, { scope: 'read' })).toBe('403 SCOPE_MISSING');
    expect(api.events.stored).toHaveLength(4);
  });
});
