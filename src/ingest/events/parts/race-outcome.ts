import type { SportId } from '../../../domain/sports/index.ts';

/** Why a starter has no place, or how it counts that it has one. */
export const RACE_OUTCOMES = [
  'finished',
  'did_not_finish',
  'did_not_start',
  'disqualified',
  'not_classified',
] as const;
export type RaceOutcome = (typeof RACE_OUTCOMES)[number];

const CODES: Readonly<Record<RaceOutcome, readonly string[]>> = {
  finished: ['FIN', 'FINISHED', 'OK'],
  // Horses: pulled up, fell, unseated, brought down, slipped up, ran out, carried out, refused, left at the start.
  did_not_finish: [
    'DNF',
    'RET',
    'RETIRED',
    'R',
    'PU',
    'F',
    'UR',
    'BD',
    'SU',
    'RO',
    'CO',
    'RR',
    'REF',
    'LFT',
    'AB',
  ],
  did_not_start: ['DNS', 'NR', 'WD', 'W', 'WITHDRAWN', 'SCR', 'DNQ', 'DNPQ'],
  disqualified: ['DSQ', 'DQ', 'D', 'EX', 'E', 'DISQUALIFIED'],
  not_classified: ['NC', 'N', 'VOI', 'VOID', 'OTL', 'HD'],
};

const BY_CODE: ReadonlyMap<string, RaceOutcome> = new Map(
  RACE_OUTCOMES.flatMap((outcome) => CODES[outcome].map((code) => [code, outcome] as const)),
);

/** What a result code says; one that nobody knows says only that there was no place. */
export function raceOutcome(code: string, sport: SportId | undefined): RaceOutcome {
  const upper = code.trim().toUpperCase();
  // `F` is a fall, except where nobody sits on a horse: there it is "failed to qualify".
  if (upper === 'F' && sport === 'motorsport') return 'did_not_start';
  return BY_CODE.get(upper) ?? 'not_classified';
}

const PLACE = /^(?:[=Tt])?(\d{1,4})(?:=|st|nd|rd|th)?$/;

/** A place as result lists write it: `3`, `"3"`, `"=3"`, `"T3"`, `"3rd"`; `undefined` for a code. */
export function placeOf(written: string | number): number | undefined {
  if (typeof written === 'number') return written;
  const place = Number(PLACE.exec(written.trim())?.[1]);
  return place >= 1 ? place : undefined;
}
