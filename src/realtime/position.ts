import type { Position } from '../domain/view.ts';

const POSITION = /^([A-Za-z0-9_-]{1,64}):(0|[1-9][0-9]{0,15})$/;

/** Reads `<epoch>:<seq>`; `undefined` for everything else. */
export function parsePosition(text: string): Position | undefined {
  const [, epoch, digits] = POSITION.exec(text) ?? [];
  const seq = Number(digits);
  return epoch === undefined || !Number.isSafeInteger(seq) ? undefined : { epoch, seq };
}
