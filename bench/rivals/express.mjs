// The same two reads on Express 5 and Node: look up the cached document, send it as JSON.
import { readFileSync } from 'node:fs';
import express from 'express';

const scene = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const scores = new Map([[scene.matchId, JSON.parse(scene.score)]]);
const markets = new Map([[scene.sport, JSON.parse(scene.markets)]]);

const app = express();
app.disable('x-powered-by');

const lookUp = (cache, key, response) => {
  const document = cache.get(key);
  if (document === undefined) response.status(404).json({ code: 'NOT_FOUND' });
  else response.json(document);
};
app.get('/api/scores/:matchId', (request, response) => lookUp(scores, request.params.matchId, response));
app.get('/api/markets/:sport', (request, response) => lookUp(markets, request.params.sport, response));

const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
