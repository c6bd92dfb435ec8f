import { openSync, readSync } from 'node:fs';

/**
 * Milliseconds on a clock that stands still while this thread waits for a core that others use, so that a busy machine
 * does not count as our work. Where the kernel does not tell, it is the wall clock.
 */
export const ownTime: () => number = makeOwnTime();

function makeOwnTime(): () => number {
  const buffer = Buffer.alloc(96);
  try {
    // The main thread's: <ns on a core> <ns waited for one> <slices>.
    const file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
    const waited = () =>
      Number(buffer.toString('latin1', 0, readSync(file, buffer, 0, 96, 0)).split(' ')[1]) / 1e6;
    if (!Number.isFinite(waited())) return () => performance.now();
    return () => performance.now() - waited();
  } catch {
    return () => performance.now();
  }
}
