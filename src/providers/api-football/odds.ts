import { type MarketClaim, marketKey } from '../../domain/market.ts';
import type { Statement } from '../../domain/observation.ts';
import { type EpochMs, parseInstant } from '../../domain/time.ts';
import { readBet, type Spelling } from './bets.ts';
import { readLeague, readName } from './leagues.ts';
import { isBet, isBookmaker, isLiveOdds, isPrematchOdds } from './wire.ts';

/** Called for each part that is left out; `at` is below the element, empty for all of it. */
export type Drop = (at: string, why: string) => void;

/** The live odds are of one bookmaker that is not named. */
const LIVE = { bookmaker: 'api-football-live', bookmakerName: 'API-Football in play' };

/** Keys that other feeds use for the same bookmaker, where they are not the name itself. */
const KNOWN_AS: ReadonlyMap<string, string> = new Map([
  ['1xbet', 'onexbet'],
  ['888sport', 'sport888'],
  ['marathonbet', 'marathon_bet'],
]);

/**
 * The statement of an element of `/odds/live`. It names no teams: it finds its match only by a link that the fixtures
 * have made.
 */
export function readLiveOdds(element: unknown, drop: Drop): Statement | string {
  if (!isLiveOdds(element)) return 'wrong_type';
  const { fixture, league, status, update, odds } = element;
  const statedAt = parseInstant(update ?? '');
  const claims = new Claims(drop);
  const halted = status.stopped === true || status.blocked === true;
  if (status.finished !== true) claims.add(odds, 'live', { ...LIVE, statedAt, halted }, 'odds');
  return {
    match: { externalId: String(fixture.id), sport: 'soccer', ...readLeague(league) },
    ...(statedAt !== undefined && { statedAt }),
    ...claims.markets(),
  };
}

/** The statement of an element of `/odds`; it names no teams either. */
export function readPrematchOdds(element: unknown, drop: Drop): Statement | string {
  if (!isPrematchOdds(element)) return 'wrong_type';
  const { fixture, league, update } = element;
  const startsAt = parseInstant(fixture.date ?? '');
  const statedAt = parseInstant(update ?? '');
  const claims = new Claims(drop);
  for (const [index, bookmaker] of element.bookmakers.entries()) {
    const at = `bookmakers[${index}]`;
    const name = isBookmaker(bookmaker) ? readName(bookmaker.name) : undefined;
    const key = name
      ?.toLowerCase()
      .replace(/[^a-z0-9]+/g, '')
      .slice(0, 64);
    if (!isBookmaker(bookmaker) || name === undefined || !key) {
      claims.refuse(at, 'wrong_type');
      continue;
    }
    const offer = { bookmaker: KNOWN_AS.get(key) ?? key, bookmakerName: name, statedAt, halted: false };
    claims.add(bookmaker.bets, 'prematch', offer, `${at}.bets`);
  }
  return {
    match: {
      externalId: String(fixture.id),
      sport: 'soccer',
      ...readLeague(league),
      ...(startsAt !== undefined && { startsAt, startPrecision: 'minute' as const }),
    },
    ...(statedAt !== undefined && { statedAt }),
    ...claims.markets(),
  };
}

interface Offerer {
  readonly bookmaker: string;
  readonly bookmakerName: string;
  readonly statedAt: EpochMs | undefined;
  readonly halted: boolean;
}

/** What these say of an offer that we do not carry, not of one that we could not read. */
const NOT_OURS: ReadonlySet<string> = new Set(['unmapped_market', 'not_main_line']);

/** Collects the claims on one fixture, each bookmaker's market once. */
class Claims {
  readonly #claims = new Map<string, MarketClaim>();
  readonly #drop: Drop;
  #unread = false;

  constructor(drop: Drop) {
    this.#drop = drop;
  }

  refuse(at: string, why: string): void {
    if (!NOT_OURS.has(why)) this.#unread = true;
    this.#drop(at, why);
  }

  add(bets: readonly unknown[], spelling: Spelling, by: Offerer, where: string): void {
    const { bookmaker, bookmakerName, statedAt, halted } = by;
    for (const [index, bet] of bets.entries()) {
      const at = `${where}[${index}]`;
      if (!isBet(bet)) {
        this.refuse(at, 'wrong_type');
        continue;
      }
      for (const offer of readBet(bet, spelling, (why) => this.refuse(at, why))) {
        const key = `${bookmaker} ${marketKey(offer)}`;
        if (this.#claims.has(key)) {
          this.refuse(at, 'repeated_market');
          continue;
        }
        this.#claims.set(key, {
          bookmaker,
          bookmakerName,
          ...offer,
          suspended: halted || offer.suspended,
          ...(statedAt !== undefined && { statedAt }),
        });
      }
    }
  }

  /** Nothing is said when something is offered and none of it could be read: an empty list would withdraw it. */
  markets(): { readonly markets?: readonly MarketClaim[] } {
    return this.#claims.size === 0 && this.#unread ? {} : { markets: [...this.#claims.values()] };
  }
}
