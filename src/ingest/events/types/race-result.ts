import { type Static, Type } from 'typebox';
import { instantOf } from '../../../domain/instant.ts';
import { isSportId, SPORT_IDS, type SportId } from '../../../domain/sports/index.ts';
import { type EpochMs, iso } from '../../../domain/time.ts';
import { type Complain, defineEventType } from '../define-event-type.ts';
import { instantField } from '../parts/instant-field.ts';
import { type Placing, placingSchema, placingsOf } from '../parts/placing.ts';
import { statedAt } from '../parts/stated-at.ts';
import { wordOf } from '../parts/status-words.ts';
import { idField, textField } from '../parts/text-field.ts';

const STATES = ['provisional', 'official', 'amended', 'void'] as const;

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
  results: Type.Array(placingSchema, { minItems: 1, maxItems: 500, description: 'In any order.' }),
});

type Data = Static<typeof schema>;

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
  namingOf: (normal) =>
    normal.raceId === undefined ? { topic: topicOf(normal) } : { matchId: normal.raceId },
  statementOf: (normal, told) => ({
    match: {
      externalId: normal.raceId ?? topicOf(normal),
      sport: normal.sport ?? 'other',
      ...(told.matchId !== undefined && { matchId: told.matchId }),
      ...(normal.startsAt !== undefined && { startsAt: normal.startsAt }),
    },
    ...statedAt(told),
  }),
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
    results: placingsOf(data.results, known, complain),
  };
}
