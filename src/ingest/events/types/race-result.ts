import { type Static, Type } from 'typebox';
import { isSportId, SPORT_IDS, type SportId } from '../../../domain/sports/index.ts';
import { type EpochMs, iso, type Millis } from '../../../domain/time.ts';
import { type Complain, defineEventType } from '../define-event-type.ts';
import { instantField, instantOf } from '../instant.ts';
import { placeOf, type RaceOutcome, raceOutcome } from '../parts/race-outcome.ts';
import { type Gap, gapOf, raceTimeOf } from '../parts/race-time.ts';
import { statedAt } from '../parts/stated-at.ts';
import { wordOf } from '../parts/status-words.ts';
import { idField, isPlain, textField } from '../parts/text-field.ts';

const STATES = ['provisional', 'official', 'amended', 'void'] as const;

const either = (description: string, maximum = 86_400) =>
  Type.Refine(
    Type.Unsafe<string | number>({ type: ['string', 'number'], maxLength: 40, description }),
    (written) => (typeof written === 'string' ? isPlain(written) : written >= 0 && written <= maximum),
    () => 'must be plain text, or a number that is not negative',
  );

const placing = Type.Object({
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

const schema = Type.Object({
  raceId: Type.Optional(
    idField('Our match id, `provider:theirId`, or an id of your own that stands for one race.'),
  ),
  race: Type.Optional(textField(200, 'What the race is called. This or `raceId` is needed.')),
  sport: Type.Optional(Type.String({ maxLength: 40, description: `One of ${SPORT_IDS.join(', ')}.` })),
  venue: Type.Optional(textField(100, 'Track or course.')),
  startsAt: Type.Optional(instantField('Scheduled start.')),
  status: Type.Optional(
    Type.Unsafe<(typeof STATES)[number]>({
      type: 'string',
      enum: [...STATES],
      description: '`official` when absent. A later result of the same race takes its place.',
    }),
  ),
  results: Type.Array(placing, { minItems: 1, maxItems: 500, description: 'In any order.' }),
});

type Data = Static<typeof schema>;

interface Placing {
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

interface RaceResult {
  readonly raceId?: string;
  readonly race?: string;
  readonly sport?: SportId;
  readonly venue?: string;
  readonly startsAt?: EpochMs;
  readonly status: (typeof STATES)[number];
  /** By position, those without one last, in the order they came in. */
  readonly results: readonly Placing[];
}

/** How a race ended. */
export const raceResult = defineEventType({
  id: 'race_result',
  description:
    'How a race ended: places, ties (equal positions), those who did not finish with their codes, times and gaps.',
  schema,
  example: {
    raceId: 'harbour-gp-2026',
    race: 'Harbour City Grand Prix',
    sport: 'motorsport',
    startsAt: '2026-05-24T13:00:00Z',
    status: 'official',
    results: [
      { position: 1, name: 'M. Falk', number: 7, team: 'Corvale', time: '1:31:44.742', laps: 57, points: 25 },
      {
        position: '=2',
        name: 'I. Duarte',
        number: 22,
        team: 'Halden',
        gap: '+11.987',
        laps: 57,
        points: 16.5,
      },
      {
        position: '=2',
        name: 'T. Brandt',
        number: 4,
        team: 'Corvale',
        gap: '+11.987',
        laps: 57,
        points: 16.5,
      },
      { position: 4, name: 'S. Weil', number: 11, team: 'Ostra', gap: '+1 LAP', laps: 56, points: 12 },
      { position: null, code: 'DNF', name: 'P. Aalto', number: 63, team: 'Halden', laps: 31 },
    ],
  },
  normalise,
  namingOf: ({ raceId, race, startsAt }) =>
    raceId === undefined ? { topic: `${race?.toLowerCase()} ${startsAt ?? ''}`.trim() } : { matchId: raceId },
  liveFactOf: (normal) => ({ type: 'race_result', data: { ...normal } }),
});

const topicOf = ({ race, startsAt }: RaceResult): string =>
  startsAt === undefined ? `${race?.toLowerCase()}` : `${race?.toLowerCase()} ${iso(startsAt)}`;

function normalise(data: Data, complain: Complain): RaceResult {
  const { raceId, race, venue, status = 'official' } = data;
  if (raceId === undefined && race === undefined)
    complain('/raceId', 'is missing, and so is race: one of the two has to name the race');
  const sport = data.sport === undefined ? undefined : wordOf(data.sport);
  if (sport !== undefined && !isSportId(sport)) complain('/sport', `must be one of ${SPORT_IDS.join(', ')}`);
  const known = sport !== undefined && isSportId(sport) ? sport : undefined;
  const startsAt = data.startsAt === undefined ? undefined : instantOf(data.startsAt);
  return {
    ...(raceId !== undefined && { raceId: String(raceId).trim() }),
    ...(race !== undefined && { race: race.trim() }),
    ...(known !== undefined && { sport: known }),
    ...(venue !== undefined && { venue: venue.trim() }),
    ...(startsAt !== undefined && { startsAt }),
    status,
    results: placings(data, known, complain),
  };
}

function placings({ results }: Data, sport: SportId | undefined, complain: Complain): Placing[] {
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

function placingOf(given: Data['results'][number], sport: SportId | undefined, complain: Complain): Placing {
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

function timeOf({ time, timeMs }: Data['results'][number], complain: Complain): Millis | undefined {
  if (timeMs !== undefined || time === undefined || time === null) return timeMs;
  const read = raceTimeOf(time);
  if (read === undefined)
    complain('/time', 'must be seconds (83.456) or a clock ("1:23.456"), at most a day');
  return read;
}
