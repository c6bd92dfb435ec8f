import type { TeamName } from './team-name.ts';

/**
 * Bits that a code (`GSW`, `JAX`) stands for a name, from its letters alone; never enough to link by. Zero when
 * neither name, or both, are codes.
 */
export function codeFit(a: TeamName, b: TeamName): number {
  if ((a.code === undefined) === (b.code === undefined)) return 0;
  const code = a.code ?? b.code ?? '';
  const { tokens } = a.code === undefined ? a : b;
  const whole = tokens.join('');
  if (isInitials(code, tokens)) return code.length + 2;
  if (whole.startsWith(code) || tokens.some((token) => token.startsWith(code))) return code.length + 1;
  if (whole[0] !== code[0]) return -3;
  return isWithin(code, whole) ? 2 : -1;
}

/** True for the first letters of each word, the last word's following ones included (`GSW`, `NYJ`, `TBB`). */
function isInitials(code: string, tokens: readonly string[]): boolean {
  return (
    tokens.length > 1 &&
    code ===
      tokens
        .map((token) => token[0])
        .join('')
        .slice(0, code.length)
  );
}

function isWithin(code: string, whole: string): boolean {
  let at = -1;
  for (const letter of code) {
    at = whole.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}
