import type { Metric, Registry } from 'prom-client';

/** Notes a request: its route template, HTTP status (kept as its class, `2xx`), and duration in seconds. */
export type HttpTimer = (route: string, status: number, duration: number) => void;

export interface HttpTimerOptions {
  readonly name: string;
  readonly help: string;
  /** Upper bounds in seconds, rising. */
  readonly buckets: readonly number[];
}

interface Tally {
  readonly labels: { readonly route: string; readonly status: string };
  /** Requests per bucket; the last counts what is slower than every bound. */
  readonly counts: number[];
  sum: number;
}

/**
 * A histogram in `registry` of our own counting: prom-client checks and hashes the labels at every observation, which
 * costs a cached read a twentieth of its time. Shown to a scrape it is a histogram like another.
 */
export function httpTimer(registry: Registry, { name, help, buckets }: HttpTimerOptions): HttpTimer {
  const tallies = new Map<string, Tally[]>();
  const get = async () => ({
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: [...tallies.values()]
      .flat()
      .filter(({ counts }) => counts.some((count) => count > 0))
      .flatMap((tally) => samples(name, buckets, tally)),
  });
  registry.registerMetric({
    name,
    get,
    reset: () => tallies.clear(),
  } as unknown as Metric);

  return (route, status, duration) => {
    let classes = tallies.get(route);
    if (classes === undefined) {
      classes = [1, 2, 3, 4, 5].map((digit) => ({
        labels: { route, status: `${digit}xx` },
        counts: Array.from({ length: buckets.length + 1 }, () => 0),
        sum: 0,
      }));
      tallies.set(route, classes);
    }
    const tally = classes[Math.trunc(status / 100) - 1];
    if (tally === undefined) return;
    let bucket = 0;
    while (bucket < buckets.length && duration > (buckets[bucket] as number)) bucket++;
    tally.counts[bucket] = (tally.counts[bucket] as number) + 1;
    tally.sum += duration;
  };
}

function samples(name: string, buckets: readonly number[], { labels, counts, sum }: Tally) {
  let total = 0;
  const bounds = counts.map((count, index) => {
    total += count;
    return {
      metricName: `${name}_bucket`,
      labels: { le: buckets[index] ?? '+Inf', ...labels },
      value: total,
    };
  });
  return [
    ...bounds,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}
