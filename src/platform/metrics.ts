import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { feedMetrics } from './feed-metrics.ts';
import { httpTimer } from './http-timer.ts';

/** The process's numbers. Every name starts with `touchline_`, those about the process itself with `process_`. */
export type Metrics = ReturnType<typeof createMetrics>;

export interface MetricsOptions {
  readonly version: string;
}

// From a cached read to a slow database, in seconds.
const HTTP_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10];
const POLL_BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics in a registry of their own. Durations are observed in seconds; gauges are read when somebody scrapes. */
export function createMetrics({ version }: MetricsOptions) {
  const registry = new Registry();
  const registers = [registry];
  const beforeScrape: (() => void)[] = [];

  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: `touchline_${name}`, help, labelNames, registers });
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: `touchline_${name}`, help, labelNames, registers });
  const histogram = <Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ) => new Histogram({ name: `touchline_${name}`, help, buckets, labelNames, registers });

  // Scrapes ask metrics in the order of their making: this one brings the values of the others up to date.
  new Gauge({
    name: 'touchline_build_info',
    help: 'Always 1; the labels say what runs',
    labelNames: ['version', 'bun'],
    registers,
    collect() {
      this.set({ version, bun: process.versions.bun ?? '' }, 1);
      for (const refresh of beforeScrape) refresh();
    },
  });

  const metrics = {
    registry,
    /** Calls `refresh` at the start of every scrape; set the gauges there that nobody counts up and down. */
    beforeScrape: (refresh: () => void): void => void beforeScrape.push(refresh),
    /** Notes one answered request: its route template, its HTTP status, and seconds from request to answer. */
    httpRequest: httpTimer(registry, {
      name: 'touchline_http_request_duration_seconds',
      help: 'Answered requests',
      buckets: HTTP_BUCKETS,
    }),
    polls: counter('polls_total', 'Polls ended', ['provider', 'outcome']),
    pollDuration: histogram('poll_duration_seconds', 'From request to decoded answer', POLL_BUCKETS, [
      'provider',
    ]),
    /** `outcome`: accepted, unresolved (no match found for it). What adapters left out is in the providers' health. */
    observations: counter('observations_total', 'Observations by what became of them', ['outcome']),
    /** `why`: bad_match_id, not_json, bad_shape. */
    publishedRefused: counter('published_refused_total', 'Scores published on Redis that were refused', [
      'why',
    ]),
    viewChanges: counter('view_changes_total', 'Committed changes of views', ['stream', 'kind']),
    /** `outcome`: done, repeated, unresolved (no match found for it), ignored (not for this consumer), buried. */
    eventsConsumed: counter('events_consumed_total', 'Pushed events handled', ['consumer', 'outcome']),
    consumerLag: gauge('consumer_lag_events', 'Pushed events known of and not yet handled', ['consumer']),
    /** Shows how the feeds are; call it at the start of every scrape. */
    feeds: feedMetrics(registry),
    historyWaiting: gauge('history_queue_waiting', 'Rows that wait to be written'),
    historyLost: gauge('history_queue_lost', 'Rows that fell out of the queue since the start'),
    websocket: {
      connections: gauge('websocket_connections', 'Open sockets'),
      opened: counter('websocket_opened_total', 'Sockets accepted'),
      /** `code`: one of the codes an upgrade is refused with. */
      refused: counter('websocket_refused_total', 'Upgrades refused', ['code']),
      messages: counter('websocket_messages_sent_total', 'Messages handed to sockets'),
      characters: counter('websocket_sent_characters_total', 'Characters of messages handed to sockets'),
      conflated: counter(
        'websocket_conflated_total',
        'Times a slow socket was sent a snapshot for what it missed',
      ),
      resyncs: counter('websocket_resyncs_total', 'Resyncs sent'),
      /** `reason`: a reason of `realtime/close-codes.ts`, `client` when the other side left, `unresponsive`, `protocol_error`. */
      closed: counter('websocket_closed_total', 'Sockets closed', ['reason']),
    },
  };
  beforeScrape.push(processGauges(registry), loopDelayGauges(registry));
  return metrics;
}

function processGauges(registry: Registry): () => void {
  const registers = [registry];
  const resident = new Gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory', registers });
  const heap = new Gauge({ name: 'process_heap_bytes', help: 'JavaScript heap in use', registers });
  const external = new Gauge({
    name: 'process_external_memory_bytes',
    help: 'Memory outside the heap',
    registers,
  });
  const cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'User and system time', registers });
  const started = new Gauge({ name: 'process_start_time_seconds', help: 'Start, since 1970', registers });
  started.set(Math.round(performance.timeOrigin / 1_000));
  return () => {
    const memory = process.memoryUsage();
    resident.set(memory.rss);
    heap.set(memory.heapUsed);
    external.set(memory.external);
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / 1e6);
  };
}

const QUANTILES = [
  ['0.5', 50],
  ['0.99', 99],
  ['1', 100],
] as const;

/** Delay of the event loop since the last scrape. Measured from the first scrape on: it costs a timer. */
function loopDelayGauges(registry: Registry): () => void {
  const delay = new Gauge({
    name: 'touchline_event_loop_delay_seconds',
    help: 'Lateness of a timer since the last scrape, by quantile',
    labelNames: ['quantile'],
    registers: [registry],
  });
  let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;
  return () => {
    if (histogram === undefined) {
      histogram = monitorEventLoopDelay({ resolution: 20 });
      histogram.enable();
      return;
    }
    for (const [quantile, percentile] of QUANTILES)
      delay.set({ quantile }, histogram.percentile(percentile) / 1e9);
    histogram.reset();
  };
}
