/** The least that can be done on Bun: the same bytes by path; the scene's file is its first argument. */
import { readFileSync } from 'node:fs';
import type { Scene } from '../rest-scene.ts';

const { score, markets } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Scene;
const headers = { 'content-type': 'application/json; charset=utf-8' };

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  routes: {
    '/api/scores/:matchId': () => new Response(score, { headers }),
    '/api/markets/:sport': () => new Response(markets, { headers }),
  },
});
console.log(JSON.stringify({ port: server.port }));
process.once('SIGTERM', () => process.exit(0));
