import type { TeamName } from './team-name.ts';
import type { TokenWeights } from './token-weights.ts';
import { COMMON_WORDS } from './vocabulary.ts';

/** Bits for equal names whatever their words: `United` against `United` is still the whole name. */
const EQUAL_LEAST = 10;
const MOST = 16;
/** Words that both names have alone speak against them; nothing that agrees can outweigh that on its own. */
const CONFLICT_MOST = 3;
/** A word only one name has costs this share of its bits: names are shortened all the time. */
const MISSING_SHARE = 0.15;
const INITIAL = 0.6;
const INITIAL_BITS = 3;

/**
 * Log-odds in bits that two names mean the same team, qualifiers aside. Above about 5 they fit; a word on each side
 * that the other lacks keeps it under 3.
 */
export function compareNames(a: TeamName, b: TeamName, weights: TokenWeights): number {
  if (a.key === b.key) {
    let bits = 0;
    for (const token of a.tokens) bits += weights.bits(token);
    return Math.min(MOST, Math.max(EQUAL_LEAST, bits));
  }
  let agreed = 0;
  let aloneA = 0;
  let matchedB = 0;
  for (const token of a.tokens) {
    const at = bestPartner(token, b.tokens, matchedB, a.isPerson);
    if (at < 0) {
      aloneA += weights.bits(token);
      continue;
    }
    const partner = b.tokens[at] ?? token;
    matchedB |= 1 << at;
    const like = likeness(token, partner, a.isPerson);
    const bits = Math.min(weights.bits(token), weights.bits(partner));
    agreed += like * (a.isPerson && like === INITIAL ? Math.min(INITIAL_BITS, bits) : bits);
  }
  let aloneB = 0;
  for (let at = 0; at < b.tokens.length; at++)
    if ((matchedB & (1 << at)) === 0) aloneB += weights.bits(b.tokens[at] ?? '');

  const bits = Math.min(MOST, agreed) - MISSING_SHARE * Math.abs(aloneA - aloneB);
  if (aloneA === 0 || aloneB === 0) return agreed === 0 ? -8 : bits;
  return Math.min(CONFLICT_MOST, bits - 1.5 * Math.min(aloneA, aloneB));
}

/** Telling words of `a` that have no partner of their own in `b`. */
export function leftOver(a: TeamName, b: TeamName): string[] {
  let taken = 0;
  const left: string[] = [];
  for (const token of a.tokens) {
    const at = b.tokens.indexOf(token);
    if (at < 0) left.push(token);
    else taken |= 1 << at;
  }
  return left.filter((token) => {
    const at = bestPartner(token, b.tokens, taken, a.isPerson);
    if (at >= 0) taken |= 1 << at;
    return at < 0 && !COMMON_WORDS.has(token);
  });
}

function bestPartner(token: string, among: readonly string[], taken: number, isPerson: boolean): number {
  let best = -1;
  let most = 0;
  for (let at = 0; at < among.length && at < 31; at++) {
    if ((taken & (1 << at)) !== 0) continue;
    const like = likeness(token, among[at] ?? '', isPerson);
    if (like > most) {
      most = like;
      best = at;
    }
  }
  return best;
}

/** 1 for equal words, less for a prefix (`hamburg`, `hamburger`), an initial or a slip of the pen; 0 for different ones. */
export function likeness(a: string, b: string, isPerson = false): number {
  if (a === b) return 1;
  const short = a.length <= b.length ? a : b;
  const long = short === a ? b : a;
  // A person's surname that begins another's is another surname; a given name may be shortened to any length.
  if (isPerson && long.startsWith(short)) return INITIAL;
  if (short.length <= 3) return short.length !== 2 && long.startsWith(short) ? INITIAL : 0;
  if (long.startsWith(short)) return 0.85;
  if (short.length < 5 || long.length - short.length > 1) return 0;
  return oneEdit(short, long) ? 0.8 : 0;
}

/** True when one letter changed, left out, put in, or two neighbours exchanged make `short` into `long`. */
function oneEdit(short: string, long: string): boolean {
  let from = 0;
  while (from < short.length && short[from] === long[from]) from++;
  if (short.length < long.length) return short.slice(from) === long.slice(from + 1);
  if (short.slice(from + 1) === long.slice(from + 1)) return true;
  return (
    short[from] === long[from + 1] &&
    short[from + 1] === long[from] &&
    short.slice(from + 2) === long.slice(from + 2)
  );
}
