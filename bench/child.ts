import { readdirSync, readFileSync } from 'node:fs';
import type { Subprocess } from 'bun';

export interface Child {
  readonly pid: number;
  /** The line of JSON with which it said that it is ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Sends it a JSON object and answers the next one it prints. */
  ask<Answer>(question: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

type Piped = Subprocess<'pipe', 'pipe', 'inherit'>;

const START_LIMIT = 60_000;
const ANSWER_LIMIT = 90_000;
const STOP_LIMIT = 15_000;

const running = new Set<Piped>();

/** Starts a child that speaks JSON lines on its standard output; it is ready with the first, or the first that is so. */
export async function startChild(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  isReady: (line: Readonly<Record<string, unknown>>) => boolean = isAnswer,
): Promise<Child> {
  const child = Bun.spawn([...command], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
    env: { ...process.env, ...environment },
  });
  running.add(child);
  const lines = linesOf(child.stdout);
  const next = async (
    isWanted: (line: Readonly<Record<string, unknown>>) => boolean,
  ): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command.join(' ')} ended with ${await child.exited}`);
      const line = JSON.parse(value) as Record<string, unknown>;
      if (isWanted(line)) return line;
      // A line of its log.
      if (line.level !== 'info') console.error(value);
    }
  };
  const ready = await inTime(next(isReady), START_LIMIT, `${command.join(' ')} is not ready`);
  return {
    pid: child.pid,
    ready,
    ask: async (question) => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      child.stdin.flush();
      return (await inTime(next(isAnswer), ANSWER_LIMIT, `${command.join(' ')} does not answer`)) as never;
    },
    stop: () => stop(child),
  };
}

const isAnswer = (line: Readonly<Record<string, unknown>>): boolean => line.level === undefined;

/** Ends every child that still runs; to be called on every way out. */
export async function stopChildren(): Promise<void> {
  await Promise.all([...running].map(stop));
}

async function stop(child: Piped): Promise<void> {
  child.kill('SIGTERM');
  const cut = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
  await child.exited;
  clearTimeout(cut);
  running.delete(child);
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) yield line;
  }
}

async function inTime<Value>(promise: Promise<Value>, limit: number, otherwise: string): Promise<Value> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Processor time that the threads of a process have used since they began, in milliseconds; Linux only. */
export function cpuOf(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    // <ns on a core> <ns waited for one> <slices>: finer than the ticks of /proc/<pid>/stat.
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
  }
  return sum / 1e6;
}

/** Resident memory of a process in bytes; Linux only. */
export function residentOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(line?.[1]) * 1024;
}
