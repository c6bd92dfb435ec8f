import { until } from '../support/until.ts';
import { Follower } from './follower.ts';
import type { Outcome } from './outcome.ts';
import type { Scene } from './scene.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { storedTruth, streamsBehind } from './stored.ts';

const CATCH_UP = 60_000;

/** A load with a live client on every match, and the reckoning at its end. */
export class Flow {
  readonly sender: Sender;
  readonly followers: readonly Follower[];
  readonly scene: Scene;

  private constructor(scene: Scene, sender: Sender, followers: readonly Follower[]) {
    this.scene = scene;
    this.sender = sender;
    this.followers = followers;
  }

  static async begin(options: SenderOptions): Promise<Flow> {
    const sender = new Sender(options);
    const { matchNames } = sender;
    await sender.introduce();
    const followers = await Promise.all(matchNames.map((match) => Follower.of(options.scene, match)));
    sender.begin();
    return new Flow(options.scene, sender, followers);
  }

  /** Lets every match end and every client hear the rest, then counts. */
  async reckon(fault: string, notes: readonly string[], faults: readonly string[]): Promise<Outcome> {
    const { sender, followers, scene } = this;
    await sender.stop();
    const missed = () => [...sender.accepted].filter((id) => !this.#isDelivered(id)).length;
    const inTime = await until('all is delivered', () => missed() === 0, CATCH_UP).catch(() => false);
    const caughtUp = await until(
      'the streams have caught up',
      async () => (await streamsBehind(scene)) === 0,
      CATCH_UP,
    ).catch(() => false);
    // What would come twice has had the time to.
    await Bun.sleep(500);
    for (const follower of followers) follower.close();
    const truth = await storedTruth(scene);
    const stored = new Set(truth.ids);
    const notStored = [...sender.accepted].filter((id) => !stored.has(id)).length;
    const notSent = [...stored].filter((id) => !sender.sent.has(id)).length;
    const sum = (count: (follower: Follower) => number) => followers.reduce((s, one) => s + count(one), 0);
    const gaps = sum((follower) => follower.gaps);
    return {
      fault,
      sent: sender.sent.size,
      accepted: sender.accepted.size,
      stored: truth.ids.length,
      delivered: sender.accepted.size - missed(),
      lost: notStored + missed(),
      duplicated: truth.repeated + sum((follower) => follower.duplicates),
      notes: [
        ...notes,
        `${sender.unanswered} requests without an answer, ${sender.refused.length} refused, ${sender.repeats} events accepted as repeats`,
        `${sum((follower) => follower.reconnects)} reconnects of ${followers.length} clients, ${sum((follower) => follower.resyncs)} resyncs, ${sum((follower) => follower.repeats)} events told again after one`,
      ],
      faults: [
        ...faults,
        ...(inTime ? [] : [`not all was delivered within ${CATCH_UP} ms`]),
        ...(caughtUp ? [] : [`${await streamsBehind(scene)} streams differ from the log`]),
        ...(gaps === 0 ? [] : [`${gaps} gaps in the numbers that clients saw`]),
        ...(notSent === 0 ? [] : [`${notSent} rows that nobody sent`]),
        ...(truth.torn === 0 ? [] : [`${truth.torn} shards whose numbers are not contiguous`]),
        ...(truth.unpaired === 0 ? [] : [`${truth.unpaired} rows without their key, or the other way round`]),
        ...refusalFaults(sender),
      ],
    };
  }

  #isDelivered(id: string): boolean {
    const at = this.sender.matchNames.indexOf(Sender.matchOf(id));
    // By the first event the match became known; its client came then, and was sent the state of play.
    return id.endsWith('/1') || this.followers[at]?.events.has(id) === true;
  }
}

/** Whatever refuses must say that it is for a while. */
function refusalFaults({ refused }: Sender): string[] {
  const wrong = refused.filter(({ status, hasRetryAfter }) => status !== 503 || !hasRetryAfter);
  return wrong.length === 0
    ? []
    : [
        `${wrong.length} refusals that are not a 503 with Retry-After: ${[...new Set(wrong.map(({ status }) => status))]}`,
      ];
}
