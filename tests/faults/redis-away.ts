import { until } from '../support/until.ts';
import { Flow } from './flow.ts';
import type { Outcome } from './outcome.ts';
import { openScene } from './scene.ts';

/** Redis is killed under load, and started again, empty. */
export async function redisAway(seconds: number): Promise<Outcome> {
  const scene = await openScene();
  try {
    const flow = await Flow.begin({ scene, name: 'redis', matches: 12, pauseMs: 40 });
    await flow.sender.reached(200);
    await scene.killRedis();
    const before = flow.sender.accepted.size;
    const refusedBefore = flow.sender.refused.length;
    await Bun.sleep(seconds * 1_000);
    const meanwhile = flow.sender.accepted.size - before;
    const refused = flow.sender.refused.length - refusedBefore;
    await scene.restartRedis();
    const backAt = performance.now();
    const newest = [...flow.sender.accepted].at(-1) ?? '';
    await until(
      'the live path resumes',
      () => flow.followers.some(({ events }) => events.has(newest)),
      60_000,
    );
    const resumed = Math.round(performance.now() - backAt);
    await flow.sender.reached(100);
    await scene.healthy();
    return await flow.reckon(
      `Redis killed, ${seconds} s, empty`,
      [
        `${meanwhile} events accepted meanwhile, ${refused} requests refused`,
        `the newest of them reached its client ${resumed} ms after Redis was back`,
      ],
      meanwhile > 0 && refused === 0 ? [] : ['pushes were not accepted while Redis was away'],
    );
  } finally {
    await scene.end();
  }
}
