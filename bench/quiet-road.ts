import { defaultPolicy } from '../src/aggregation/policy.ts';
import { Ingest } from '../src/ingest/ingest.ts';
import { systemClock } from '../src/platform/system-clock.ts';
import type { History } from '../src/ports/history.ts';
import type { Leadership } from '../src/ports/leadership.ts';
import { MemoryLiveStore } from '../src/stores/memory/memory-live-store.ts';

// Rows wait in a queue and are written later, so what counts here is that they are handed over.
const history: Pick<History, 'matches' | 'keepMatch' | 'keep'> = {
  matches: async () => [],
  keepMatch: () => {},
  keep: () => {},
};

const leadership: Leadership = {
  isLeader: () => true,
  token: () => 1,
  onChange: (listener) => {
    listener(true);
    return () => {};
  },
};

/** The real road from observation to view on a MemoryLiveStore, with nobody polling and nothing kept. */
export async function quietRoad(): Promise<{ ingest: Ingest; live: MemoryLiveStore }> {
  const live = new MemoryLiveStore({ clock: systemClock });
  const ingest = new Ingest({
    live,
    history: history as History,
    leadership,
    clock: systemClock,
    policy: defaultPolicy,
    reports: {
      accepted: () => {},
      changed: () => {},
      review: () => {},
      inletRefused: () => {},
      fault: (error) => {
        throw error;
      },
    },
  });
  await ingest.start();
  return { ingest, live };
}
