/**
 * What one writes first: a bare Fastify route that puts each event into Postgres with an INSERT of its own, by the same
 * driver over ten connections, fsync on. One table, with one key that tells repeats and two indexes for searches. `DATA_DIR`
 * comes from the environment.
 */
import Fastify from 'fastify';
import { systemClock } from '../../src/platform/system-clock.ts';
import { openPool } from '../../src/stores/postgres/connect.ts';
import { EmbeddedPostgres } from '../../src/stores/postgres/embedded/embedded-postgres.ts';

const POOL = 10;

const server = new EmbeddedPostgres({ dataDir: process.env.DATA_DIR ?? '', clock: systemClock });
const sql = openPool(await server.start(), { max: POOL, lasting: true });
await sql`create table events (
  sequence_number bigint generated always as identity primary key,
  received_at timestamptz not null default now(),
  source text not null, external_id text not null, event_type text not null, data json not null,
  unique (source, external_id))`;
await sql`create index on events (received_at)`;
await sql`create index on events (event_type, received_at)`;

interface Pushed {
  readonly source: string;
  readonly eventType: string;
  readonly id: string;
  readonly data: object;
}

const app = Fastify();
app.post('/ingest', async (request, reply) => {
  const { source, eventType, id, data } = request.body as Pushed;
  const [row] = await sql<{ sequence_number: string }[]>`
    insert into events (source, external_id, event_type, data)
    values (${source}, ${id}, ${eventType}, ${JSON.stringify(data)})
    on conflict (source, external_id) do nothing returning sequence_number`;
  return reply.code(202).send({ success: true, sequenceNumber: Number(row?.sequence_number ?? 0) });
});
const address = await app.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ port: Number(new URL(address).port) }));
process.once('SIGTERM', async () => {
  await app.close();
  await sql.end({ timeout: 1 });
  await server.stop();
  process.exit(0);
});
