import { readdirSync, readFileSync } from 'node:fs';
import { cpuOf } from './child.ts';

/** Processor time of a process and of all that live below it, as its Postgres does, in milliseconds; Linux only. */
export function cpuOfTree(root: number): number {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const parent = parentOf(pid);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const sumOf = (pid: number): number =>
    (children.get(pid) ?? []).reduce((sum, child) => sum + sumOf(child), timeOf(pid));
  return sumOf(root);
}

// A process may end while we look.
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function timeOf(pid: number): number {
  try {
    return cpuOf(pid);
  } catch {
    return 0;
  }
}
