import type { Histogram } from 'prom-client';

/** Notes a request: its route template, HTTP status (kept as its class, `2xx`), and duration in seconds. */
export type HttpTimer = (route: string, status: number, duration: number) => void;

/** Keeps the histogram's child of each route and status class: looking labels up costs more than the observation. */
export function httpTimer(histogram: Histogram<'route' | 'status'>): HttpTimer {
  const children = new Map<string, Histogram.Internal<'route' | 'status'>[]>();
  return (route, status, duration) => {
    let classes = children.get(route);
    if (classes === undefined) {
      classes = [1, 2, 3, 4, 5].map((digit) => histogram.labels(route, `${digit}xx`));
      children.set(route, classes);
    }
    classes[Math.trunc(status / 100) - 1]?.observe(duration);
  };
}
