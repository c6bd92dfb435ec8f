import { Counter, Gauge, type Registry } from 'prom-client';
import type { FeedCondition } from '../ports/feed-health.ts';

const OUTCOMES = ['received', 'accepted', 'duplicate', 'refused', 'failed', 'processed'] as const;
const QUANTILES = [
  ['p50', '0.5'],
  ['p95', '0.95'],
  ['p99', '0.99'],
] as const;
const SIDES = [
  ['fromSender', 'sender'],
  ['fromReceipt', 'receipt'],
] as const;

/** The feeds' numbers. What it answers is called at every scrape with how the feeds are then. */
export function feedMetrics(registry: Registry): (feeds: readonly FeedCondition[]) => void {
  const registers = [registry];
  const events = new Counter({
    name: 'touchline_feed_events_total',
    help: 'Pushed events by source and what became of them',
    labelNames: ['feed', 'outcome'],
    registers,
  });
  const latency = new Gauge({
    name: 'touchline_feed_latency_seconds',
    help: 'From the sender, or from our receipt, until processed: percentiles over the newest events',
    labelNames: ['feed', 'from', 'quantile'],
    registers,
  });
  const lastEvent = new Gauge({
    name: 'touchline_feed_last_event_timestamp_seconds',
    help: 'When an event was last accepted, or came again',
    labelNames: ['feed'],
    registers,
  });
  const healthy = new Gauge({
    name: 'touchline_feed_healthy',
    help: '1 while healthy, 0 while stale or failing',
    labelNames: ['feed'],
    registers,
  });
  return (feeds) => {
    for (const metric of [events, latency, lastEvent, healthy]) metric.reset();
    for (const condition of feeds) {
      const feed = condition.source;
      for (const outcome of OUTCOMES) events.inc({ feed, outcome }, condition[outcome]);
      healthy.set({ feed }, condition.status === 'healthy' ? 1 : 0);
      if (condition.lastEventAt !== null) lastEvent.set({ feed }, condition.lastEventAt / 1_000);
      for (const [side, from] of SIDES) {
        for (const [name, quantile] of QUANTILES) {
          const span = condition.latency[side][name];
          if (span !== null) latency.set({ feed, from, quantile }, span / 1_000);
        }
      }
    }
  };
}
