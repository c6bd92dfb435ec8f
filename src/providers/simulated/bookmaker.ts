import type { MarketType, Quote } from '../../domain/market.ts';
import { isInPlay, isOver } from '../../domain/status.ts';
import { after, type EpochMs, type Millis, seconds } from '../../domain/time.ts';
import { type Chances, chances } from './chances.ts';
import type { Fixture } from './league.ts';
import { fraction, salt } from './random.ts';
import type { Sighting } from './sighting.ts';
import type { Moment } from './timeline.ts';

/** One bookmaker's book on a match. */
export interface Book {
  readonly key: string;
  readonly title: string;
  /** When it last set its prices. */
  readonly at: EpochMs;
  readonly suspended: boolean;
  readonly markets: readonly BookMarket[];
}

export interface BookMarket {
  readonly type: MarketType;
  /** The home side's handicap, or the total; absent for `h2h`. */
  readonly line?: number;
  readonly prices: readonly Quote[];
}

interface Character {
  readonly title: string;
  readonly margin: number;
  /** How far its opinion is from the fair one, on the log-odds scale. */
  readonly opinion: number;
  /** Prices are set anew this often. */
  readonly pace: Millis;
}

const BOOKMAKERS: Readonly<Record<string, Character>> = {
  harbourbet: { title: 'HarbourBet', margin: 0.045, opinion: 0.05, pace: seconds(6) },
  oldmill: { title: 'Old Mill', margin: 0.07, opinion: 0.08, pace: seconds(15) },
  quaysports: { title: 'Quay Sports', margin: 0.05, opinion: 0.06, pace: seconds(8) },
  tripleodds: { title: 'TripleOdds', margin: 0.06, opinion: 0.1, pace: seconds(10) },
  fairstake: { title: 'Fairstake', margin: 0.02, opinion: 0.03, pace: seconds(5) },
  northlight: { title: 'Northlight', margin: 0.055, opinion: 0.07, pace: seconds(12) },
};

// Bookmakers watch the match themselves: they close when danger is in the air, and open when the score is sure.
const CLOSED_BEFORE = seconds(1);
const CLOSED_AFTER = seconds(6);

/** The books on a match at a provider's picture of it; none once the provider knows that it is over. */
export function books({ fixture, status, at }: Sighting, bookmakers: readonly string[]): readonly Book[] {
  if (isOver(status) || status === 'postponed') return [];
  const elapsed = at - fixture.startsAt;
  const index = fixture.timeline.indexAt(elapsed);
  const now = fixture.timeline.upTo(index);
  if (isOver(now.status)) return [];
  const next = fixture.timeline.moment(index + 1);
  const closed = isInPlay(now.status) && suspends(fixture) && (near(now, elapsed) || near(next, elapsed));
  return bookmakers.flatMap((key) => {
    const character = BOOKMAKERS[key];
    return character ? [book(fixture, key, character, now, elapsed, closed)] : [];
  });
}

const suspends = ({ plan }: Fixture): boolean => plan.game.kind === 'timed' && plan.game.suspends;

const near = (moment: Moment | undefined, elapsed: Millis): boolean =>
  (moment?.kind === 'score' || moment?.kind === 'overturned') &&
  elapsed >= moment.at - CLOSED_BEFORE &&
  elapsed < moment.at + CLOSED_AFTER;

function book(
  fixture: Fixture,
  key: string,
  character: Character,
  now: Moment,
  elapsed: Millis,
  suspended: boolean,
): Book {
  const own = fixture.salt ^ salt(key);
  // Before the start prices drift slowly; in play they follow the clock.
  const pace = now.status === 'scheduled' ? character.pace * 6 : character.pace;
  const tick = Math.floor(elapsed / pace);
  const setAt = Math.max(tick * pace, now.at);
  const fair = chances(fixture, now, Math.max(0, setAt));
  const opinion = (outcome: number) => (fraction(own, tick, outcome) - 0.5) * 2 * character.opinion;
  const priced = (chance: number, outcome: number) =>
    price(tilted(chance, opinion(outcome)), character.margin);
  return {
    key,
    title: character.title,
    at: after(fixture.startsAt, setAt),
    suspended,
    markets: fixture.plan.game.kind === 'sets' ? [winner(fair, priced)] : markets(fair, priced, own),
  };
}

type Pricing = (chance: number, outcome: number) => number;

const winner = ({ home, draw, away }: Chances, priced: Pricing): BookMarket => ({
  type: 'h2h',
  prices: [
    { outcome: 'home', price: priced(home, 1) },
    ...(draw > 0 ? [{ outcome: 'draw', price: priced(draw, 2) }] : []),
    { outcome: 'away', price: priced(away, 3) },
  ],
});

function markets(fair: Chances, priced: Pricing, own: number): BookMarket[] {
  // Every fourth book stands half a step to the side, as lines differ in life.
  const shift = fraction(own, 5) < 0.25 ? 1 : 0;
  const handicap = halfLine(-fair.margin) + shift;
  const total = Math.max(0.5, halfLine(fair.total) + shift);
  const cover = fair.cover(handicap);
  const over = fair.over(total);
  return [
    winner(fair, priced),
    {
      type: 'spreads',
      line: handicap,
      prices: [
        { outcome: 'home', price: priced(cover, 6) },
        { outcome: 'away', price: priced(1 - cover, 7) },
      ],
    },
    {
      type: 'totals',
      line: total,
      prices: [
        { outcome: 'over', price: priced(over, 8) },
        { outcome: 'under', price: priced(1 - over, 9) },
      ],
    },
  ];
}

const halfLine = (value: number): number => Math.floor(value) + 0.5;

const tilted = (chance: number, by: number): number => {
  const odds = (chance / (1 - chance)) * Math.exp(by);
  return Number.isFinite(odds) ? odds / (1 + odds) : chance;
};

/** Decimal, with the book's margin, rounded as bookmakers do. */
function price(chance: number, margin: number): number {
  const raw = Math.min(501, Math.max(1.01, 1 / (chance * (1 + margin))));
  const step = raw < 5 ? 100 : raw < 20 ? 10 : 1;
  return Math.max(1.01, Math.round(raw * step) / step);
}
