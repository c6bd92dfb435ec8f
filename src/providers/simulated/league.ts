import type { LeagueId } from '../../domain/ids.ts';
import type { SportId } from '../../domain/sports/index.ts';
import { type EpochMs, epochMs, type Millis, minutes, seconds } from '../../domain/time.ts';
import { type Club, club } from './clubs.ts';
import { PLANS, type Plan } from './plan.ts';
import { Dice, fraction, mix, salt } from './random.ts';
import { calledOff, type Form, script } from './script.ts';
import type { Timeline } from './timeline.ts';

export interface LeagueSettings {
  readonly seed: number;
  /** How many times faster than life matches are played. */
  readonly speed: number;
  /** How many matches are in play at a time, about. */
  readonly matches: number;
}

/** One league of the simulation. Its grounds each hold one match after the other, for ever. */
export interface Competition {
  readonly sport: SportId;
  readonly league: LeagueId;
  readonly plan: Plan;
  readonly grounds: number;
  /** From one start to the next on the same ground. */
  readonly slot: Millis;
  /** Starts of a sport are spread over the slot, those of its leagues between each other: 0 ≤ turn < 1. */
  readonly turn: number;
}

/** A match of the simulation, and all that happens in it. */
export interface Fixture {
  /** Stands for the match wherever chance has a say; two matches may share one. */
  readonly salt: number;
  /** Names the match, its league's settings included: other settings give other matches. */
  readonly key: string;
  readonly sport: SportId;
  readonly league: LeagueId;
  readonly plan: Plan;
  readonly home: Club;
  readonly away: Club;
  readonly form: Form;
  readonly round: number;
  readonly startsAt: EpochMs;
  readonly timeline: Timeline;
}

// Clubs that meet on one ground. Pairs come round after 240 matches: two days at the usual speed, so that nobody has to
// tell two matches of the same sides apart by minutes.
const CLUBS_PER_GROUND = 16;
// As many as a provider answers for in one poll without a thought; further matches go to further leagues.
const GROUNDS_PER_LEAGUE = 60;
// With fewer grounds a sport could have nothing in play while its matches are at half-time.
const LEAST_GROUNDS = 2;
const KEPT_PER_GROUND = 3;

/**
 * The truth that the simulated providers see: a pure function of settings and time. Nothing is remembered but the
 * matches round the last instant asked for, and those only because working them out again is dearer.
 */
export class SimulatedLeague {
  readonly competitions: readonly Competition[];
  readonly #settings: LeagueSettings;
  /** By league; in it by ground, three places each: what the next match displaces is not asked for again. */
  readonly #known = new Map<LeagueId, (Fixture | undefined)[]>();
  #worked = 0;

  constructor(settings: LeagueSettings) {
    this.#settings = settings;
    this.competitions = PLANS.flatMap((plan) => competitionsOf(plan, settings));
  }

  /** How many matches have been worked out so far: what a question about an instant costs. */
  get worked(): number {
    return this.#worked;
  }

  /** The matches of a league round an instant: on each ground the last one, the one whose turn it is, the next. */
  *around(league: LeagueId, at: EpochMs): Generator<Fixture> {
    const competition = this.competitions.find((one) => one.league === league);
    if (!competition) return;
    const known = this.#known.get(league) ?? [];
    this.#known.set(league, known);
    for (let ground = 0; ground < competition.grounds; ground++) {
      const round = Math.floor((at - this.#phase(competition, ground)) / competition.slot);
      for (let turn = round - 1; turn <= round + 1; turn++) {
        yield this.#fixture(competition, known, ground, turn);
      }
    }
  }

  #fixture(competition: Competition, known: (Fixture | undefined)[], ground: number, round: number): Fixture {
    const place = ground * KEPT_PER_GROUND + (round % KEPT_PER_GROUND);
    const kept = known[place];
    if (kept?.round === round) return kept;
    const fixture = this.#workOut(competition, ground, round);
    this.#worked++;
    known[place] = fixture;
    return fixture;
  }

  #workOut(competition: Competition, ground: number, round: number): Fixture {
    const { seed, speed } = this.#settings;
    const { league, sport, plan } = competition;
    const own = mix(seed, salt(league), ground, round);
    const [first, second] = pairing(round, CLUBS_PER_GROUND);
    const home = club(league, ground * CLUBS_PER_GROUND + first, seed);
    const away = club(league, ground * CLUBS_PER_GROUND + second, seed);
    const form = formOf(home, away, mix(seed, salt(league)), plan.game.balance);
    // The first grounds always play, so that something is in play at every hour.
    const off = ground > LEAST_GROUNDS && fraction(own, 7) < 0.03;
    return {
      salt: own,
      key: `${mix(seed, salt(`${speed}/${this.#settings.matches}`)).toString(36)}${league}${ground}r${round.toString(36)}`,
      sport,
      league,
      plan,
      home,
      away,
      form,
      round,
      startsAt: epochMs(this.#phase(competition, ground) + round * competition.slot),
      timeline: off ? calledOff(speed) : script(plan, form, new Dice(own), speed),
    };
  }

  #phase({ grounds, slot, turn }: Competition, ground: number): Millis {
    return wholeTime(((ground + turn) / grounds) * slot, slot);
  }
}

function competitionsOf(plan: Plan, { matches, speed }: LeagueSettings): Competition[] {
  const wanted = (matches * plan.share) / plan.inPlay;
  const leagues = plan.leagues.slice(0, Math.max(plan.always, Math.ceil(wanted / GROUNDS_PER_LEAGUE)));
  const grounds = Math.max(LEAST_GROUNDS, Math.round(wanted / leagues.length));
  const span = minutes(plan.slotMinutes) / speed;
  const slot = Math.max(seconds(1), wholeTime(span, span));
  return leagues.map((league, index) => ({
    sport: plan.sport,
    league,
    plan,
    grounds,
    slot,
    turn: index / leagues.length,
  }));
}

/** Matches start at full minutes, as they do in life; where slots are short, at full seconds. */
function wholeTime(span: Millis, slot: Millis): Millis {
  const unit = slot >= minutes(5) ? minutes(1) : seconds(1);
  return Math.ceil(span / unit) * unit;
}

/** Who meets whom in that round of a double round robin (circle method): indexes from 0, the home side first. */
function pairing(round: number, size: number): readonly [number, number] {
  const half = (size * (size - 1)) / 2;
  const turn = ((round % (2 * half)) + 2 * half) % (2 * half);
  const day = Math.floor((turn % half) / (size / 2));
  const table = turn % (size / 2);
  const a = table === 0 ? size - 1 : (day + table) % (size - 1);
  const b = table === 0 ? day : (day - table + size - 1) % (size - 1);
  return turn < half ? [a, b] : [b, a];
}

/** Two clubs of the same strength both have 1; the better of two has up to `e^balance`/2 of the other's more. */
function formOf(home: Club, away: Club, seed: number, balance: number): Form {
  const strength = (side: Club) => fraction(seed, side.number, 3) - 0.5;
  const edge = Math.exp(((strength(home) - strength(away)) * balance) / 2);
  return { home: edge, away: 1 / edge };
}
