import { describe, expect, test } from 'bun:test';
import websocket, { type WebSocket as ServerSocket } from '@fastify/websocket';
import Fastify from 'fastify';
import { wireOf } from './wire.ts';

/** Both ends of one real connection. */
async function connection() {
  const app = Fastify();
  await app.register(websocket);
  const accepted = Promise.withResolvers<ServerSocket>();
  app.get('/', { websocket: true }, (socket) => accepted.resolve(socket));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const client = new WebSocket(`ws://127.0.0.1:${port}/`);
  const heard = Promise.withResolvers<unknown>();
  client.onmessage = ({ data }) => heard.resolve(data);
  return { app, client, socket: await accepted.promise, heard: heard.promise };
}

describe('wireOf', () => {
  test('finds Bun’s own socket: a Bun that hides it elsewhere makes every message dearer', async () => {
    const { app, socket, heard } = await connection();
    socket.send = () => {
      throw new Error('took the long way');
    };
    const wire = wireOf(socket);
    expect(wire.send('{"name":"Žižkov ⚽"}')).toBe(true);
    expect(wire.unsent()).toBe(0);
    expect(await heard).toBe('{"name":"Žižkov ⚽"}');
    await app.close();
  });

  test('writing to a connection that is gone does nothing', async () => {
    const { app, client, socket } = await connection();
    const wire = wireOf(socket);
    const gone = new Promise((resolve) => socket.on('close', resolve));
    client.close();
    await gone;
    wire.send('too late');
    expect(wire.unsent()).toBe(0);
    await app.close();
  });

  test('goes through the library where there is nothing else', () => {
    const sent: unknown[] = [];
    const socket = { bufferedAmount: 0, send: (...given: unknown[]) => sent.push(given) };
    const wire = wireOf(socket);
    expect(wire.send('a')).toBe(true);
    socket.bufferedAmount = 7;
    expect(wire.send('b')).toBe(false);
    expect(wire.unsent()).toBe(7);
    expect(sent).toEqual([
      ['a', { binary: false, compress: false }],
      ['b', { binary: false, compress: false }],
    ]);
  });
});
