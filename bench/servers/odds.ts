/** Stands for The Odds API: every request gets the next turn's body. Takes the shape as JSON in its first argument. */
import { type OddsShape, oddsBody } from '../odds-body.ts';

const { from, turns, ...shape } = JSON.parse(process.argv[2] ?? '') as OddsShape & {
  from: number;
  turns: number;
};
const bodies = Array.from({ length: turns }, (_, turn) => Buffer.from(oddsBody(shape, from, turn)));
let turn = 0;

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: () =>
    new Response(bodies[turn++ % turns] ?? null, { headers: { 'content-type': 'application/json' } }),
});
console.log(JSON.stringify({ port: server.port, bytes: bodies[0]?.length }));
