import type { MatchStatus } from '../../domain/status.ts';
import { LONG_REST_MINUTES, type Plan, type SetGame, type TimedGame } from './plan.ts';
import type { Dice } from './random.ts';
import { type Moment, type MomentKind, type Stretch, Timeline } from './timeline.ts';

/** How many times its usual acts each side scores. */
export interface Form {
  readonly home: number;
  readonly away: number;
}

/** Works out a match from its first minute to its last. `speed` is how many times faster than life it is played. */
export function script(plan: Plan, form: Form, dice: Dice, speed: number): Timeline {
  const book = new Scorebook(speed);
  if (plan.game.kind === 'timed') playTimed(plan.game, form, dice, book);
  else playSets(plan.game, form, dice, book);
  return book.timeline();
}

/** A match that was announced and is not played. */
export const calledOff = (speed: number): Timeline => {
  const book = new Scorebook(speed);
  book.write(-20, 'called_off', 'postponed');
  return book.timeline();
};

const LONG_BEFORE = -(2 ** 31);

/** Writes down what happens, at minutes since the announced start. */
class Scorebook {
  readonly #moments: Moment[] = [
    { at: LONG_BEFORE, kind: 'announced', status: 'scheduled', period: 0, home: 0, away: 0 },
  ];
  readonly #stretches: Stretch[] = [];
  home = 0;
  away = 0;
  period = 0;
  readonly #milliseconds: number;

  constructor(speed: number) {
    this.#milliseconds = 60_000 / speed;
  }

  timeline(): Timeline {
    return new Timeline(this.#moments, this.#stretches);
  }

  write(minute: number, kind: MomentKind, status: MatchStatus): void {
    const at = Math.round(minute * this.#milliseconds);
    this.#moments.push({ at, kind, status, period: this.period, home: this.home, away: this.away });
  }

  give(side: 'home' | 'away', points: number): void {
    this[side] += points;
  }

  play(from: number, to: number, minutes: number): void {
    this.#stretches.push({
      period: this.period,
      from: Math.round(from * this.#milliseconds),
      to: Math.round(to * this.#milliseconds),
      minutes,
      lasted: to - from,
    });
  }
}

function playTimed(game: TimedGame, form: Form, dice: Dice, book: Scorebook): void {
  const usualWall = (game.periods * (game.wallMinutes[0] + game.wallMinutes[1])) / 2;
  const rate = {
    home: (game.acts[0] * form.home) / usualWall,
    away: (game.acts[1] * form.away) / usualWall,
  };
  let minute = dice.between(0.2, 2);
  for (book.period = 1; book.period <= game.periods; book.period++) {
    book.write(minute, book.period === 1 ? 'kick_off' : 'resume', 'live');
    const end = minute + dice.between(...game.wallMinutes);
    playPeriod(game, rate, minute, end, dice, book);
    book.play(minute, end, game.periodMinutes);
    const rest = game.rests[book.period - 1];
    if (rest === undefined) {
      minute = end;
      break;
    }
    book.write(end, 'rest', rest >= LONG_REST_MINUTES ? 'paused' : 'live');
    minute = end + rest;
  }
  if (game.overtime && book.home === book.away)
    minute = playOvertime(game.overtime, game, rate, minute, dice, book);
  book.write(minute, 'end', 'finished');
}

type Rate = Form;

function playPeriod(
  game: TimedGame,
  rate: Rate,
  from: number,
  end: number,
  dice: Dice,
  book: Scorebook,
): void {
  const both = rate.home + rate.away;
  let last: 'home' | 'away' | undefined;
  // Half of the wait is fixed, so that acts do not come in bursts that no ball game knows.
  const wait = () => (0.5 + 0.5 * -Math.log(1 - dice.next())) / both;
  for (let minute = from + wait() * dice.next(); minute < end - 0.1; minute += wait()) {
    const turn = last !== undefined && dice.next() < game.alternation;
    const fair: 'home' | 'away' = dice.next() < rate.home / both ? 'home' : 'away';
    const side = turn ? (last === 'home' ? 'away' : 'home') : fair;
    const points = dice.weighted(game.steps);
    book.give(side, points);
    book.write(minute, 'score', 'live');
    last = side;
    const review = minute + dice.between(1, 2.5);
    const left = game.overturnedTo(points);
    if (dice.next() < game.overturned && left >= 0 && left < points && review < end - 0.2) {
      book.give(side, left - points);
      book.write(review, 'overturned', 'live');
      minute = review;
    }
  }
}

function playOvertime(
  overtime: NonNullable<TimedGame['overtime']>,
  game: TimedGame,
  rate: Rate,
  from: number,
  dice: Dice,
  book: Scorebook,
): number {
  book.write(from, 'rest', 'live');
  const start = from + 1;
  const end = start + overtime.wallMinutes;
  book.period = game.periods + 1;
  book.write(start, 'resume', 'live');
  book.play(start, end, overtime.periodMinutes);
  if (!overtime.suddenDeath) playPeriod({ ...game, overturned: 0 }, rate, start, end - 0.5, dice, book);
  if (book.home !== book.away) return end;
  // One overtime is enough for an example: whoever the dice favour decides it.
  const winner = dice.next() < rate.home / (rate.home + rate.away) ? 'home' : 'away';
  const decided = overtime.suddenDeath ? dice.between(start + 0.5, end) : end - 0.2;
  book.give(winner, dice.weighted(game.steps));
  book.write(decided, 'score', 'live');
  return overtime.suddenDeath ? decided + 0.1 : end;
}

function playSets(game: SetGame, form: Form, dice: Dice, book: Scorebook): void {
  const homeWins = setChance(form);
  let minute = dice.between(0.2, 3);
  book.period = 1;
  book.write(minute, 'kick_off', 'live');
  while (true) {
    const end = minute + dice.between(...game.setMinutes);
    book.play(minute, end, 0);
    book.give(dice.next() < homeWins ? 'home' : 'away', 1);
    book.write(end, 'score', 'live');
    if (book.home === 2 || book.away === 2) {
      book.write(end + 0.3, 'end', 'finished');
      return;
    }
    book.period++;
    minute = end + 2;
    book.write(minute, 'resume', 'live');
  }
}

/** The chance of the home player to win one set. */
export const setChance = ({ home, away }: Form): number => home / (home + away);
