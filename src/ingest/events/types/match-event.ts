import { type Static, Type } from 'typebox';
import type { Statement } from '../../../domain/observation.ts';
import { sportRules } from '../../../domain/sports/index.ts';
import type { MatchStatus } from '../../../domain/status.ts';
import { type Complain, defineEventType } from '../define-event-type.ts';
import type { Told } from '../event-type.ts';
import { matchFields, type NamedMatch, namedMatch, namingOfMatch, referenceOf } from '../parts/match-part.ts';
import { claimOf, type Play, playFields, playOf } from '../parts/play-part.ts';
import { statedAt } from '../parts/stated-at.ts';
import { statusField, statusOf, wordOf } from '../parts/status-words.ts';
import { idField, textField } from '../parts/text-field.ts';

export const MATCH_EVENT_KINDS = [
  'goal',
  'own_goal',
  'penalty_goal',
  'missed_penalty',
  'points',
  'yellow_card',
  'second_yellow_card',
  'red_card',
  'substitution',
  'var',
  'injury',
  'match_start',
  'period_start',
  'period_end',
  'match_end',
  'comment',
] as const;
type Kind = (typeof MATCH_EVENT_KINDS)[number];

const KINDS: ReadonlySet<string> = new Set(MATCH_EVENT_KINDS);
const ACTIONS = ['add', 'update', 'delete'] as const;
const SIDES = ['home', 'away'] as const;
type Side = (typeof SIDES)[number];

const GOALS: ReadonlySet<Kind> = new Set(['goal', 'own_goal', 'penalty_goal']);

const schema = Type.Object({
  ...matchFields,
  ...playFields,
  id: Type.Optional(
    idField(
      'Your id of the occurrence; needed to update or delete it. Unlike the id of the event, it comes again.',
    ),
  ),
  action: Type.Optional(
    Type.Unsafe<(typeof ACTIONS)[number]>({
      type: 'string',
      enum: [...ACTIONS],
      description:
        '`add` when absent; `update` replaces what was said under the same `id`, `delete` takes it back.',
    }),
  ),
  type: Type.Refine(
    Type.String({ maxLength: 40, description: `What happened: ${MATCH_EVENT_KINDS.join(', ')}.` }),
    (text) => KINDS.has(wordOf(text)),
    () => `must be one of ${MATCH_EVENT_KINDS.join(', ')}`,
  ),
  team: Type.Optional(
    textField(
      100,
      'Side of the player who acted, of an own goal too: `home`, `away`, or the name of the team.',
    ),
  ),
  player: Type.Optional(textField(100, 'Who acted; of a substitution who came on.')),
  assist: Type.Optional(textField(100, 'Who passed.')),
  playerOff: Type.Optional(textField(100, 'Of a substitution, who went off.')),
  points: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'How many `points` it was.' })),
  minute: Type.Optional(Type.Integer({ minimum: 0, maximum: 400 })),
  stoppage: Type.Optional(Type.Integer({ minimum: 0, maximum: 60, description: 'Minutes beyond `minute`.' })),
  inShootout: Type.Optional(
    Type.Boolean({ description: 'A penalty of a shoot-out; it is not part of the score.' }),
  ),
  status: Type.Optional(statusField('State of play after it, where it is not plain from `type`.')),
  detail: Type.Optional(textField(300, 'The decision of a VAR check, the reason of a card, …')),
});

type Data = Static<typeof schema>;

interface MatchEvent extends Play {
  readonly match: NamedMatch;
  readonly id?: string;
  readonly action: (typeof ACTIONS)[number];
  readonly kind: Kind;
  readonly team?: Side;
  /** The side that a goal counts for: of an own goal the other one. */
  readonly scoredFor?: Side;
  readonly player?: string;
  readonly assist?: string;
  readonly playerOff?: string;
  readonly points?: number;
  readonly minute?: number;
  readonly stoppage?: number;
  readonly inShootout?: boolean;
  readonly status?: MatchStatus;
  readonly detail?: string;
}

/** One occurrence in a match, its correction, or its taking back. */
export const matchEvent = defineEventType({
  id: 'match_event',
  description:
    'Something happened in a match: a goal, a card, a substitution, a VAR decision, a period that began or ended. `update` and `delete` correct what was said under the same `id`. With a score it is also a statement of the score.',
  schema,
  example: {
    matchId: 'rovers-united-0103',
    id: 'goal-3',
    action: 'add',
    type: 'goal',
    team: 'home',
    player: 'A. Okafor',
    assist: 'J. Lindqvist',
    minute: 58,
    period: '2nd Half',
    homeScore: 2,
    awayScore: 1,
  },
  normalise: (data, complain): MatchEvent => {
    const match = namedMatch(data, complain);
    const kind = wordOf(data.type) as Kind;
    const { action = 'add', points, minute, stoppage, inShootout } = data;
    if (action !== 'add' && data.id === undefined)
      complain('/id', `is missing: without it there is nothing to ${action}`);
    const team = data.team === undefined ? undefined : sideOf(data.team, match, complain);
    const status = data.status === undefined ? undefined : statusOf(data.status);
    return {
      match,
      ...(data.id !== undefined && { id: String(data.id) }),
      action,
      kind,
      ...(team !== undefined && { team }),
      ...(team !== undefined && GOALS.has(kind) && { scoredFor: kind === 'own_goal' ? other(team) : team }),
      ...namesOf(data),
      ...(points !== undefined && { points }),
      ...(minute !== undefined && { minute }),
      ...(stoppage !== undefined && { stoppage }),
      ...(inShootout !== undefined && { inShootout }),
      ...(status !== undefined && { status }),
      ...playOf(data, match.sport, complain),
    };
  },
  namingOf: ({ match }) => namingOfMatch(match),
  statementOf,
  liveFactOf: ({ match: _match, ...data }) => ({ type: 'match_event', data }),
});

function namesOf({ player, assist, playerOff, detail }: Data) {
  return {
    ...(player !== undefined && { player: player.trim() }),
    ...(assist !== undefined && { assist: assist.trim() }),
    ...(playerOff !== undefined && { playerOff: playerOff.trim() }),
    ...(detail !== undefined && { detail: detail.trim() }),
  };
}

const other = (side: Side): Side => (side === 'home' ? 'away' : 'home');

function sideOf(team: string, { home, away }: NamedMatch, complain: Complain): Side | undefined {
  const word = team.trim().toLowerCase();
  if (word === 'home' || word === home?.name.toLowerCase()) return 'home';
  if (word === 'away' || word === away?.name.toLowerCase()) return 'away';
  complain('/team', 'must be home or away, or the name given as homeTeam or awayTeam');
  return undefined;
}

/** An occurrence says of the score what it carries, and of the status what follows from its kind. Goals are not counted. */
function statementOf(normal: MatchEvent, told: Told): Statement {
  const status = normal.status ?? impliedStatus(normal);
  return {
    match: referenceOf(normal.match, told),
    ...statedAt(told),
    ...(status !== undefined && { score: claimOf(status, normal) }),
  };
}

function impliedStatus({ kind, action, score, match, periodNumber }: MatchEvent): MatchStatus | undefined {
  // What is taken back tells nothing of the status; the score that is left does.
  if (action !== 'delete') {
    if (kind === 'match_end') return 'finished';
    if (kind === 'match_start' || kind === 'period_start') return 'live';
    const regulation = sportRules(match.sport ?? 'other').regulationPeriods;
    // After the last one it is over, or goes on longer: that is said by its own event.
    if (kind === 'period_end' && periodNumber !== undefined && periodNumber < regulation) return 'paused';
  }
  return score === undefined ? undefined : 'live';
}
