import { afterEach, describe, expect, test } from 'bun:test';
import { FakeClock } from '../support/fake-clock.ts';
import { type Client, startLive } from './realtime-harness.ts';

let stage: Awaited<ReturnType<typeof startLive>>;
afterEach(async () => {
  await stage.stop();
  expect(stage.realtime.connections()).toBe(0);
});

const repliesOf = (client: Client) => client.messages.filter(({ type }) => type !== 'snapshot');

describe('a client’s message', () => {
  const deep = '['.repeat(4_000);
  const cases = [
    { name: 'a ping', sent: '{"type":"ping"}', reply: { type: 'pong' } },
    { name: 'a ping with a number', sent: '{"type":"ping","id":7}', reply: { type: 'pong', id: 7 } },
    {
      name: 'a ping with a text',
      sent: '{"type":"ping","id":"é\\u0000"}',
      reply: { type: 'pong', id: 'é\0' },
    },
    { name: 'a ping with more', sent: '{"type":"ping","extra":{}}', reply: { type: 'pong' } },
    {
      name: 'a ping with an object as id',
      sent: '{"type":"ping","id":{}}',
      reply: { code: 'MESSAGE_INVALID' },
    },
    {
      name: 'a ping with a long id',
      sent: `{"type":"ping","id":"${'x'.repeat(65)}"}`,
      reply: { code: 'MESSAGE_INVALID' },
    },
    { name: 'nothing', sent: '', reply: { code: 'MESSAGE_NOT_JSON' } },
    { name: 'half a JSON', sent: '{"type":', reply: { code: 'MESSAGE_NOT_JSON' } },
    { name: 'deep nesting', sent: deep, reply: { code: 'MESSAGE_NOT_JSON' } },
    { name: 'a list', sent: '[{"type":"ping"}]', reply: { code: 'MESSAGE_INVALID' } },
    { name: 'null', sent: 'null', reply: { code: 'MESSAGE_INVALID' } },
    { name: 'a text', sent: '"ping"', reply: { code: 'MESSAGE_INVALID' } },
    { name: 'no type', sent: '{}', reply: { code: 'MESSAGE_INVALID' } },
    { name: 'a type that is none', sent: '{"type":["ping"]}', reply: { code: 'MESSAGE_INVALID' } },
    { name: 'an unknown type', sent: '{"type":"subscribe"}', reply: { code: 'MESSAGE_TYPE_UNKNOWN' } },
    { name: 'an inherited name', sent: '{"type":"__proto__"}', reply: { code: 'MESSAGE_TYPE_UNKNOWN' } },
    { name: 'bytes', sent: new TextEncoder().encode('{"type":"ping"}'), reply: { code: 'MESSAGE_NOT_TEXT' } },
  ];
  for (const { name, sent, reply } of cases) {
    test(`${name} is answered and the socket stays open`, async () => {
      stage = await startLive();
      const client = stage.connect('m');
      await client.untilType('snapshot');
      client.send(sent);
      client.send('{"type":"ping","id":"after"}');
      await client.until(({ id }) => id === 'after');
      const [answer, after] = repliesOf(client);
      expect(answer).toMatchObject(
        'code' in reply ? { type: 'error', message: expect.any(String), ...reply } : reply,
      );
      expect(after).toMatchObject({ type: 'pong' });
      if (answer?.type === 'pong') expect(Date.parse(answer.timestamp as string)).toBeGreaterThan(0);
    });
  }

  test('over 4096 bytes closes the socket with 1009', async () => {
    stage = await startLive();
    const client = stage.connect('m');
    await client.untilType('snapshot');
    client.send('x'.repeat(4_097));
    expect((await client.closed).code).toBe(1009);
    await stage.connections(0);
    const text = await stage.metrics.registry.metrics();
    expect(text).toContain('touchline_websocket_closed_total{reason="message_too_big"} 1');
  });

  test('that means nothing, ten times in a row, closes the socket; one that does in between forgives', async () => {
    const clock = new FakeClock();
    stage = await startLive({ clock, limits: { messagesPerSecond: 100 } });
    const client = stage.connect('m');
    await client.untilType('snapshot');
    for (let sent = 0; sent < 9; sent++) client.send('x');
    client.send('{"type":"ping"}');
    await client.untilType('pong');
    for (let sent = 0; sent < 10; sent++) client.send('x');
    expect(await client.closed).toEqual({ code: 4500, reason: 'bad_messages' });
    expect(repliesOf(client).filter(({ type }) => type === 'error')).toHaveLength(19);
  });

  test('over the rate is warned of once and not answered, and counts anew in the next second', async () => {
    const clock = new FakeClock();
    stage = await startLive({ clock });
    const client = stage.connect('m');
    await client.untilType('snapshot');
    for (let id = 1; id <= 20; id++) client.send(`{"type":"ping","id":${id}}`);
    await client.until(({ code }) => code === 'MESSAGE_RATE_LIMITED');
    await clock.advance(1_000);
    client.send('{"type":"ping","id":"later"}');
    await client.until(({ id }) => id === 'later');
    expect(repliesOf(client).map(({ id, code }) => id ?? code)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => index + 1),
      'MESSAGE_RATE_LIMITED',
      'later',
    ]);
  });

  test('in a flood closes the socket', async () => {
    stage = await startLive({ clock: new FakeClock() });
    const client = stage.connect('m');
    await client.untilType('snapshot');
    for (let id = 1; id <= 51; id++) client.send(`{"type":"ping","id":${id}}`);
    expect(await client.closed).toEqual({ code: 4002, reason: 'too_many_messages' });
  });
});
