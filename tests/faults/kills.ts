import { Flow } from './flow.ts';
import type { Outcome } from './outcome.ts';
import { openScene } from './scene.ts';

/** `kill -9` of the server under load, at random moments of its life: while it starts, while it catches up, while it runs. */
export async function kills(times: number, random: () => number): Promise<Outcome> {
  const scene = await openScene();
  try {
    const flow = await Flow.begin({ scene, name: 'kill', matches: 12, pauseMs: 10 });
    const upTimes: number[] = [];
    for (let kill = 0; kill < times; kill++) {
      // Early ones hit a server that does not lead yet, late ones one in full flow.
      await flow.sender.reached(1);
      await Bun.sleep(random() * LONGEST_LIFE);
      await scene.killServer();
      const begun = performance.now();
      await scene.startServer();
      upTimes.push(performance.now() - begun);
    }
    await flow.sender.reached(100);
    const slowest = Math.round(Math.max(...upTimes));
    return await flow.reckon(`kill -9 × ${times}`, [`ready again within ${slowest} ms`], []);
  } finally {
    await scene.end();
  }
}

const LONGEST_LIFE = 3_000;
