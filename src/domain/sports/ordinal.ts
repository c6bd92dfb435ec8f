/** `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`. */
export function ordinal(n: number): string {
  const tens = n % 100;
  if (tens >= 11 && tens <= 13) return `${n}th`;
  return `${n}${{ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th'}`;
}

/** Overtime periods are numbered only from the second on: `OT`, `2OT`. */
export const overtime = (n: number): string => (n === 1 ? 'OT' : `${n}OT`);
