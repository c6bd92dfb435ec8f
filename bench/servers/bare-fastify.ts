/** One Fastify route a path on Bun that sends the same bytes; the scene's file is its first argument. */
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import type { Scene } from '../rest-scene.ts';

const { score, markets } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Scene;
const TYPE = 'application/json; charset=utf-8';

const app = Fastify();
app.get('/api/scores/:matchId', (_request, reply) => {
  reply.header('content-type', TYPE).send(score);
});
app.get('/api/markets/:sport', (_request, reply) => {
  reply.header('content-type', TYPE).send(markets);
});
const address = await app.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ port: Number(new URL(address).port) }));
process.once('SIGTERM', () => process.exit(0));
