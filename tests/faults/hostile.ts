import { join } from 'node:path';
import {
  ACME_SECRET,
  EVENTS_SECRET,
  goodDelivery,
  type HostileRequest,
  hostileDeliveries,
  hostileEvents,
} from './hostile-bodies.ts';
import type { Outcome } from './outcome.ts';
import { openScene, type Scene } from './scene.ts';
import { storedTruth } from './stored.ts';

/** Bodies and signatures that must be refused: each by its code and a counter, without a row, by a server that lives on. */
export async function hostile(): Promise<Outcome> {
  const scene = await openScene({
    MATCH_EVENTS_SECRET: EVENTS_SECRET,
    FEEDS_DIR: join(import.meta.dir, '../../examples/feeds'),
    ACME_SECRET,
    ACME_SECRET_OLD: ACME_SECRET,
    NBA_SECRET: EVENTS_SECRET,
    OPTA_PATH_SECRET: 'faults-secret-segment',
  });
  try {
    const now = Math.floor(Date.now() / 1_000);
    const faults: string[] = [];
    const requests = [...hostileEvents(scene.token), ...hostileDeliveries(now)];
    for (const request of requests) {
      const before = await counted(scene, request);
      const answer = await answerOf(scene, request);
      if (answer !== request.expected) faults.push(`${request.name}: ${answer}, not ${request.expected}`);
      if ((await counted(scene, request)) !== before + 1) faults.push(`${request.name}: was not counted`);
    }
    const rows = (await storedTruth(scene)).ids.length;
    if (rows > 0) faults.push(`${rows} rows of what was refused`);
    const first = await send(scene, goodDelivery(now));
    const again = await send(scene, goodDelivery(now));
    const kept = (await storedTruth(scene)).ids.length;
    const isRepeat = ((await again.json()) as { duplicate?: boolean }).duplicate === true;
    if (first.status !== 202 || again.status !== 202 || !isRepeat || kept !== 1)
      faults.push(`a replayed delivery: ${first.status}, ${again.status}, ${kept} rows`);
    if (scene.server.lines.some(({ level }) => level === 'error' || level === 'fatal'))
      faults.push('the server logged an error');
    return {
      fault: 'hostile bodies',
      sent: requests.length + 2,
      accepted: 1,
      stored: kept,
      delivered: undefined,
      lost: 1 - Math.min(1, kept),
      duplicated: Math.max(0, kept - 1),
      notes: [`${requests.length} refused, each with its own code; a good delivery, replayed, is kept once`],
      faults,
    };
  } finally {
    await scene.end();
  }
}

const send = ({ url }: Scene, { path, headers, body }: Omit<HostileRequest, 'expected'>) =>
  fetch(url + path, { method: 'POST', headers, body, signal: AbortSignal.timeout(20_000) });

async function answerOf(scene: Scene, request: HostileRequest): Promise<string> {
  const answer = await send(scene, request);
  const { code } = (await answer.json()) as { code?: string };
  return `${answer.status} ${code}`;
}

/** Requests that were answered on its route with a status of the expected class, as `/metrics` counts them. */
async function counted({ url }: Scene, { path, expected }: HostileRequest): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const route = path.startsWith('/api') ? '/api/v1/webhooks/:feed' : path;
  const sought = [COUNTER, `"${route}"`, `"${expected[0]}xx"`];
  const line = text.split('\n').find((line) => sought.every((part) => line.includes(part)));
  return Number(line?.split(' ').at(-1) ?? 0);
}

const COUNTER = 'touchline_http_request_duration_seconds_count';
