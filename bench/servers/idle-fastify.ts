/** What Bun and Fastify take before anybody has written a line. */
import Fastify from 'fastify';

const app = Fastify();
app.get('/', () => 'ok');
await app.listen({ port: 0, host: '127.0.0.1' });
await (await fetch(app.listeningOrigin)).text();
console.log(JSON.stringify({ ready: true }));
process.once('SIGTERM', () => process.exit(0));
