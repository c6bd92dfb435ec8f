import { until } from '../support/until.ts';
import { Flow } from './flow.ts';
import type { Outcome } from './outcome.ts';
import { openScene } from './scene.ts';

/** Postgres is stopped under load, and started again. */
export async function postgresAway(seconds: number): Promise<Outcome> {
  const scene = await openScene();
  try {
    const flow = await Flow.begin({ scene, name: 'postgres', matches: 12, pauseMs: 10 });
    await flow.sender.reached(200);
    await scene.postgres.takeDown();
    const downAt = performance.now();
    await Bun.sleep(seconds * 1_000);
    const upAt = performance.now();
    const during = flow.sender.acceptedAt.filter((at) => at > downAt && at < upAt).length;
    const refusedMeanwhile = flow.sender.refused.filter(({ at }) => at > downAt && at < upAt).length;
    await scene.postgres.bringBack();
    await until('something is accepted again', () => (flow.sender.acceptedAt.at(-1) ?? 0) > upAt, 30_000);
    const resumed = Math.round((flow.sender.acceptedAt.find((at) => at > upAt) ?? upAt) - upAt);
    await flow.sender.reached(200);
    await scene.healthy();
    return await flow.reckon(
      `Postgres stopped ${seconds} s`,
      [
        `${refusedMeanwhile} × 503 with Retry-After meanwhile`,
        `accepts again ${resumed} ms after Postgres was started`,
        `the server was started ${scene.starts} time`,
      ],
      [
        ...(during === 0 ? [] : [`${during} requests were accepted while Postgres was down`]),
        ...(refusedMeanwhile > 0 ? [] : ['nothing was refused while Postgres was down']),
      ],
    );
  } finally {
    await scene.end();
  }
}
