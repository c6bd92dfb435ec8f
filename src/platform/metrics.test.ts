import { describe, expect, test } from 'bun:test';
import { register } from 'prom-client';
import { createMetrics } from './metrics.ts';

const sample = (text: string, start: string) => text.split('\n').find((line) => line.startsWith(start));

describe('metrics', () => {
  test('live in a registry of their own, twice in one process if need be', async () => {
    const first = createMetrics({ version: '1.2.3' });
    const second = createMetrics({ version: '1.2.3' });
    first.polls.inc({ provider: 'acme', outcome: 'ok' });
    expect(await first.registry.metrics()).toContain('touchline_polls_total{provider="acme",outcome="ok"} 1');
    expect(await second.registry.metrics()).not.toContain('acme');
    expect(register.getMetricsAsArray()).toEqual([]);
  });

  test('say what runs and what it takes', async () => {
    const text = await createMetrics({ version: '1.2.3' }).registry.metrics();
    expect(text).toContain(`touchline_build_info{version="1.2.3",bun="${Bun.version}"} 1`);
    for (const name of ['process_resident_memory_bytes', 'process_heap_bytes', 'process_cpu_seconds_total']) {
      expect(Number(sample(text, `${name} `)?.split(' ')[1])).toBeGreaterThan(0);
    }
  });

  test('count requests by route and class of status', async () => {
    const metrics = createMetrics({ version: '1' });
    metrics.httpRequest('/api/scores/:matchId', 200, 0.0004);
    metrics.httpRequest('/api/scores/:matchId', 204, 0.0004);
    metrics.httpRequest('/api/scores/:matchId', 404, 0.002);
    metrics.httpRequest('/api/scores/:matchId', 999, 0.002);
    const text = await metrics.registry.metrics();
    const count = 'touchline_http_request_duration_seconds_count{route="/api/scores/:matchId",status=';
    expect(sample(text, `${count}"2xx"}`)).toEndWith(' 2');
    expect(sample(text, `${count}"4xx"}`)).toEndWith(' 1');
  });

  test('what is refreshed before a scrape is in that scrape', async () => {
    const metrics = createMetrics({ version: '1' });
    let waiting = 0;
    metrics.beforeScrape(() => metrics.historyWaiting.set(++waiting));
    expect(await metrics.registry.metrics()).toContain('touchline_history_queue_waiting 1');
    expect(await metrics.registry.metrics()).toContain('touchline_history_queue_waiting 2');
  });

  test('see a held event loop', async () => {
    const metrics = createMetrics({ version: '1' });
    const longest = async () =>
      Number(
        sample(await metrics.registry.metrics(), 'touchline_event_loop_delay_seconds{quantile="1"}')?.split(
          ' ',
        )[1],
      );
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const hold = (ms: number) => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    };
    let seen = await longest();
    while (!(seen > 0.05)) {
      hold(100);
      await turn();
      seen = await longest();
    }
    expect(seen).toBeLessThan(10);
  });
});
