import { until } from '../support/until.ts';
import { Flow } from './flow.ts';
import type { Outcome } from './outcome.ts';
import { openScene, type Scene } from './scene.ts';

interface Letters {
  readonly deadLetters: readonly { readonly id: number; readonly attempts: number; readonly code: string }[];
}

/**
 * Redis rejects whatever is written about one match, for its log is of the wrong type there. Its events are in the way
 * of all others of their shards until they are dead letters. Then the log is repaired, and the letters are tried again.
 */
export async function poison(): Promise<Outcome> {
  const scene = await openScene();
  try {
    // More matches than shards, so that others share the poisoned one's.
    const flow = await Flow.begin({ scene, name: 'poison', matches: 40, pauseMs: 200 });
    const [sick] = flow.sender.matchNames;
    const matchId = flow.followers[0]?.matchId;
    const log = `{match:${matchId}}:log:scores`;
    await flow.sender.pause(sick ?? '');
    await scene.reader.rename(log, `${log}:aside`);
    await scene.reader.set(log, 'not a list');
    await flow.sender.sendOne(sick ?? '');
    const begun = performance.now();
    const { deadLetters } = await until('there is a dead letter', async () => {
      const found = await letters(scene);
      return found.deadLetters.length > 0 && found;
    });
    const took = Math.round(performance.now() - begun);
    const [letter] = deadLetters;
    const isFlowing = await theRestFlows(flow);
    await scene.reader.rename(`${log}:aside`, log);
    await fetch(`${scene.url}/api/v1/feed/dead-letters`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${scene.token}` },
      body: JSON.stringify({ ids: deadLetters.map(({ id }) => id) }),
    });
    await until('no letter is left', async () => (await letters(scene)).deadLetters.length === 0);
    return await flow.reckon(
      'poison event',
      [
        `dead letter ${letter?.code} after ${letter?.attempts} tries and ${took} ms; the rest flowed: ${isFlowing}`,
        `tried again once the log was whole`,
      ],
      [
        ...(letter?.attempts === 5 ? [] : [`it was tried ${letter?.attempts} times`]),
        ...(isFlowing ? [] : ['the other matches stood still']),
      ],
    );
  } finally {
    await scene.end();
  }
}

/** Every other match has been told of an event that was accepted after the letter was written. */
async function theRestFlows({ followers }: Flow): Promise<boolean> {
  const others = followers.slice(1);
  const before = others.map(({ events }) => events.size);
  return until(
    'the rest flows',
    () => others.every(({ events }, i) => events.size > (before[i] ?? 0) + 1),
    10_000,
  ).then(
    () => true,
    () => false,
  );
}

async function letters({ url, token }: Scene): Promise<Letters> {
  const answer = await fetch(`${url}/api/v1/feed/dead-letters`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return (await answer.json()) as Letters;
}
