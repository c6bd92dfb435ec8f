import { type Static, Type } from 'typebox';
import type { SportId } from '../../../domain/sports/index.ts';
import type { Millis } from '../../../domain/time.ts';
import type { Complain } from '../define-event-type.ts';
import { placeOf, type RaceOutcome, raceOutcome } from './race-outcome.ts';
import { type Gap, gapOf, raceTimeOf } from './race-time.ts';
import { idField, isPlain, textField } from './text-field.ts';

const either = (description: string, maximum = 86_400) =>
  Type.Refine(
    Type.Unsafe<string | number>({ type: ['string', 'number'], maxLength: 40, description }),
    (written) => (typeof written === 'string' ? isPlain(written) : written >= 0 && written <= maximum),
    () => 'must be plain text, or a number that is not negative',
  );

/** One starter in a result list. */
export const placingSchema = Type.Object({
  position: Type.Optional(
    Type.Union([
      either('Place: `1`, `"=2"` (tied), or the code of one that has none (`"PU"`, `"DNF"`).'),
      Type.Null(),
    ]),
  ),
  code: Type.Optional(
    Type.Union([textField(20, 'Why there is no place, or no full one: `DNF`, `PU`, `DSQ`.'), Type.Null()]),
  ),
  name: textField(100, 'Driver, rider, horse, athlete, crew.'),
  id: Type.Optional(idField('Your id of it.')),
  number: Type.Optional(either('Start number, saddle cloth.', 1_000_000)),
  team: Type.Optional(textField(100, 'Team, constructor or stable.')),
  time: Type.Optional(Type.Union([either('Seconds (`83.456`) or a clock (`"1:23.456"`).'), Type.Null()])),
  timeMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000, description: 'The same in ms.' })),
  gap: Type.Optional(
    Type.Union([either('To the winner: seconds, `"+5.2"`, `"+1 LAP"`, or lengths (`"nk"`).'), Type.Null()]),
  ),
  laps: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
  points: Type.Optional(Type.Number({ minimum: -1_000, maximum: 10_000 })),
  grid: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1_000, description: 'Start place or draw; 0 the pit lane.' }),
  ),
});

type PlacingData = Static<typeof placingSchema>;

/** One starter in the normal form. */
export interface Placing {
  readonly position: number | null;
  /** Somebody else has the same position. */
  readonly tied: boolean;
  readonly outcome: RaceOutcome;
  readonly code?: string;
  readonly name: string;
  readonly id?: string;
  readonly number?: string;
  readonly team?: string;
  readonly timeMs?: Millis;
  readonly gap?: Gap;
  readonly laps?: number;
  readonly points?: number;
  readonly grid?: number;
}

/** The result list in order, or complaints about it. */
export function placingsOf(
  results: readonly PlacingData[],
  sport: SportId | undefined,
  complain: Complain,
): Placing[] {
  const seen = new Set<string>();
  const read = results.map((given, i) => {
    const placed = placingOf(given, sport, (path, message) => complain(`/results/${i}${path}`, message));
    const who = `${placed.number ?? ''} ${placed.name.toLowerCase()}`;
    if (seen.has(who)) complain(`/results/${i}/name`, 'comes twice with the same number');
    seen.add(who);
    return placed;
  });
  const holders = Map.groupBy(read, ({ position }) => position);
  return read
    .map((one) => ({ ...one, tied: one.position !== null && (holders.get(one.position)?.length ?? 0) > 1 }))
    .sort((a, b) => (a.position ?? Number.POSITIVE_INFINITY) - (b.position ?? Number.POSITIVE_INFINITY) || 0);
}

function placingOf(given: PlacingData, sport: SportId | undefined, complain: Complain): Placing {
  const { name, id, number, team, laps, points, grid } = given;
  const place = given.position ?? undefined;
  const position = place === undefined ? undefined : placeOf(place);
  if (position !== undefined && !(Number.isInteger(position) && position >= 1 && position <= 10_000))
    complain('/position', 'must be a whole number from 1');
  // A code may stand where the place would: `"position":"PU"`.
  const code = given.code ?? (position === undefined && typeof place === 'string' ? place : undefined);
  if (position === undefined && code === undefined)
    complain('/position', 'is missing, and so is code: one without a place needs the reason');
  const outcome = code === undefined ? 'finished' : raceOutcome(code, sport);
  const timeMs = timeOf(given, complain);
  const gap = given.gap === undefined || given.gap === null ? undefined : gapOf(given.gap);
  return {
    position: position ?? null,
    tied: false,
    outcome,
    ...(code !== undefined && { code: code.trim() }),
    name: name.trim(),
    ...(id !== undefined && { id: String(id) }),
    ...(number !== undefined && { number: String(number) }),
    ...(team !== undefined && { team: team.trim() }),
    ...(timeMs !== undefined && { timeMs }),
    ...(gap !== undefined && { gap }),
    ...(laps !== undefined && { laps }),
    ...(points !== undefined && { points }),
    ...(grid !== undefined && { grid }),
  };
}

function timeOf({ time, timeMs }: PlacingData, complain: Complain): Millis | undefined {
  if (timeMs !== undefined || time === undefined || time === null) return timeMs;
  const read = raceTimeOf(time);
  if (read === undefined)
    complain('/time', 'must be seconds (83.456) or a clock ("1:23.456"), at most a day');
  return read;
}
