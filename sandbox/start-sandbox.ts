import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EpochMs, epochMs } from '../src/domain/time.ts';
import { type Answer, json } from './answer.ts';
import { ApiFootball, type FootballPlan } from './api-football.ts';
import { Betfair } from './betfair.ts';
import { orderStream } from './betfair-control.ts';
import type { ExchangeMarket } from './betfair-exchange.ts';
import { type StreamServer, type StreamServerOptions, startStream } from './betfair-stream.ts';
import { type Delivery, deliver } from './broken.ts';
import { Espn } from './espn.ts';
import { FaultBook, FaultError, type FaultOrder, faultSometimes, readFault, readOrder } from './faults.ts';
import { Recordings } from './recordings.ts';
import { RequestLog } from './request-log.ts';
import { TheOddsApi } from './the-odds-api.ts';
import { type Asked, UPSTREAM_IDS, type Upstream, type UpstreamId } from './upstream.ts';
import { World } from './world.ts';

export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** A folder of recorded bodies, `DIR/<provider>/*.json`; without it the simulated league is served. */
  readonly payloads?: string;
  readonly seed?: number;
  readonly speed?: number;
  readonly matches?: number;
  /** Faults unasked, now and then. */
  readonly faults?: boolean;
  /** What The Odds API lets us use up. */
  readonly credits?: number;
  /** Requests that API-Football allows. */
  readonly football?: FootballPlan;
  /** Betfair's stream, and its markets in place of the simulated league's. */
  readonly betfair?: Pick<StreamServerOptions, 'port' | 'certificate' | 'limit' | 'segment'> & {
    readonly markets?: readonly ExchangeMarket[];
  };
  readonly now?: () => EpochMs;
}

export interface Sandbox {
  /** `http://127.0.0.1:4555`; a provider's base URL is this and its id: `…/espn`. */
  readonly url: string;
  baseUrl(provider: UpstreamId): string;
  setFault(order: FaultOrder): void;
  clearFaults(provider?: UpstreamId): void;
  readonly requests: RequestLog;
  readonly recordings: Recordings | undefined;
  readonly betfair: Betfair;
  readonly stream: StreamServer;
  stop(): Promise<void>;
}

/** Serves the providers' wire formats on loopback. Plain `node:http`: cutting a body off needs its socket. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { seed = 1, speed = 10, matches = 12, now = () => epochMs(Date.now()) } = options;
  const recordings = options.payloads === undefined ? undefined : new Recordings(options.payloads);
  const world = new World({ seed, speed, matches, now });
  const betfair = new Betfair(world, options.betfair?.markets);
  const upstreams: Readonly<Record<UpstreamId, Upstream>> = {
    espn: new Espn(world, recordings),
    'the-odds-api': new TheOddsApi(world, recordings, options.credits ?? 20_000),
    'api-football': new ApiFootball(
      world,
      recordings,
      options.football ?? { perDay: 75_000, perMinute: 450 },
    ),
    betfair,
  };
  const faults = new FaultBook();
  const requests = new RequestLog();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let number = 0;

  function play(asked: Asked, upstream: Upstream): Delivery {
    number++;
    const text = asked.headers['x-sandbox-fault'] ?? asked.query.get('x-sandbox-fault');
    asked.query.delete('x-sandbox-fault');
    const ordered = text ? readFault(text) : faults.take(upstream.id, asked.path);
    const fault = ordered ?? (options.faults ? faultSometimes(seed, number) : undefined);
    const delivery = deliver(upstream, asked, fault);
    const { status } = delivery.answer;
    const { id: provider } = upstream;
    requests.add({ provider, path: asked.path, at: now(), status, ...(fault && { fault: fault.fault }) });
    return delivery;
  }

  async function control(method: string, path: string, request: IncomingMessage): Promise<Answer> {
    const route = `${method} ${path}`;
    if (route === 'GET /') return json({ upstreams: UPSTREAM_IDS.map((id) => `/${id}`) });
    if (route === 'GET /sandbox/requests') return json({ counts: requests.counts(), last: requests.last() });
    if (route === 'DELETE /sandbox/requests') requests.clear();
    else if (route === 'GET /sandbox/faults') return json(faults.orders);
    else if (route === 'POST /sandbox/faults') faults.add(readOrder(await readJson(request)));
    else if (route === 'DELETE /sandbox/faults') faults.clear();
    else if (route === 'POST /sandbox/stream') orderStream(await readJson(request), betfair, stream);
    else return json({ error: 'no such route' }, 404);
    return { status: 204, headers: {}, body: '' };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox');
    const method = request.method ?? 'GET';
    const upstream = UPSTREAM_IDS.find((id) => pathname.startsWith(`/${id}/`));
    if (upstream === undefined) return send(response, await control(method, pathname, request));
    const allowed = upstreams[upstream].isPosted ? 'POST' : 'GET';
    if (method !== allowed)
      return send(response, json({ message: 'Method Not Allowed' }, 405, { allow: allowed }));
    const path = pathname.slice(upstream.length + 1);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
    const body = method === 'POST' ? { body: await readText(request) } : {};
    const delivery = play({ path, query: searchParams, headers, ...body }, upstreams[upstream]);
    if (delivery.delay === 0) return perform(response, delivery);
    const timer = setTimeout(() => {
      timers.delete(timer);
      perform(response, delivery);
    }, delivery.delay);
    timers.add(timer);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (error instanceof FaultError) send(response, json({ error: error.message }, 400));
      else send(response, json({ error: String(error) }, 500));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stream = await startStream({
    exchange: betfair.exchange,
    isGood: (appKey, session) => betfair.isGood(appKey, session),
    ...options.betfair,
  });
  // Whoever listens hears the simulated league move.
  const moving = setInterval(() => stream.open > 0 && betfair.refresh(), 1_000);

  return {
    url,
    baseUrl: (provider) => `${url}/${provider}`,
    setFault: (order) => faults.add(order),
    clearFaults: (provider) => faults.clear(provider),
    requests,
    recordings,
    betfair,
    stream,
    stop: async () => {
      clearInterval(moving);
      await stream.stop();
      await new Promise<void>((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function perform(response: ServerResponse, { answer, manner }: Delivery): void {
  if (manner === 'whole') send(response, answer);
  else if (manner === 'huge') sendHuge(response, answer);
  else if (manner === 'cut') sendHalf(response, answer);
}

function sendHalf(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  const empty = status === 204 || status === 304;
  response.writeHead(status, empty ? headers : { ...headers, 'content-length': bytes.length });
  response.end(empty ? undefined : bytes);
}

const PADDING = Buffer.alloc(1024 * 1024, ' ');
const HUGE_MEGABYTES = 50;

/** White space before the body: good JSON, and far too much of it. */
function sendHuge(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers);
  let left = HUGE_MEGABYTES;
  const more = (): void => {
    while (left > 0) {
      left--;
      if (!response.write(PADDING)) {
        response.once('drain', more);
        return;
      }
    }
    response.end(answer.body);
  };
  more();
}

const MAX_CONTROL_BYTES = 64 * 1024;

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_CONTROL_BYTES) throw new FaultError('the body is too large');
  }
  return text;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new FaultError('the body is not JSON');
  }
}
