import { days } from '../../../src/domain/time.ts';
import type { Chance } from '../chance.ts';
import type { Fixture, Side } from './season.ts';

const GIVEN = (
  'Adrian Alex Andre Anton Ben Boris Carl Cesar Daniel David Denis Elias Erik Felix Franz Gael Gilles Henri Hugo Ivan ' +
  'Jan Jiri John Jose Juan Karl Kevin Lars Lucas Luis Marin Mark Martin Mikael Nick Nils Oscar Pablo Paul Pedro Peter ' +
  'Radu Rafael Roger Sam Serge Stefan Steve Taro Thomas Tim Tomas Victor Yannick Yuki Zoran'
).split(' ');
const FAMILY = (
  'Abramsen Bellorin Cervin Dalmas Eriksund Falkner Gonzaga Harlan Ibarra Jansky Kolar Lindahl Moravec Nakada Ortega ' +
  'Petrov Quiroga Radev Sandoz Tarkan Urbani Vasek Weller Yamato Zadar Becker Moreno Silva Novak Wang Lopez Martin Muller'
).split(' ');
const SECOND = 'Agut Busta Baena Traver Vinolas Huegun Costa'.split(' ');

interface Player {
  readonly given: readonly string[];
  readonly family: readonly string[];
}

/** Players as two feeds name them: `Lucas Bellorin`, and `Bellorin L.`; some are brothers, some have two surnames. */
export function players(count: number, chance: Chance): Side[] {
  const found = new Map<string, Player>();
  while (found.size < count) {
    const family = [`${chance.pick(FAMILY)}${chance.pick(['', '', 'ov', 'i', 'ez', 'sson', 'er', 'a'])}`];
    if (chance.is(0.08)) family.push(chance.pick(SECOND));
    const given = [chance.pick(GIVEN)];
    if (chance.is(0.05)) given.push(chance.pick(GIVEN));
    const key = `${family[0]} ${given[0]?.[0]}`;
    if (!found.has(key)) found.set(key, { given, family });
    if (chance.is(0.05)) {
      const brother = [chance.pick(GIVEN)];
      const other = `${family[0]} ${brother[0]?.[0]}`;
      if (!found.has(other)) found.set(other, { given: brother, family });
    }
  }
  return [...found.values()]
    .slice(0, count)
    .map((player) => ({ names: [[full(player)], [short(player, chance)]] }));
}

const full = ({ given, family }: Player): string => `${given.join(' ')} ${family.join(' ')}`;

function short({ given, family }: Player, chance: Chance): string {
  // One player in a hundred is known to the other feed by another given name.
  const initials = chance.is(0.01) ? 'X.' : given.map((name) => `${name[0]}.`).join('');
  const surname = family.length > 1 && chance.is(0.2) ? family[0] : family.join(chance.pick([' ', '-']));
  return `${surname} ${initials}`;
}

/** Draws of thirty-two, two at a time with other players: who wins goes on, a day later. */
export function draws(sides: number, from: number, weeks: number, chance: Chance): Fixture[][] {
  const tournaments: Fixture[][] = [];
  for (let week = 0; week < weeks; week++) {
    const all = chance.shuffled(Array.from({ length: sides }, (_, n) => n));
    for (let at = 0; at + 32 <= Math.min(64, all.length); at += 32)
      tournaments.push(draw(all.slice(at, at + 32), from + days(7 * week), chance));
  }
  return tournaments;
}

function draw(entrants: readonly number[], from: number, chance: Chance): Fixture[] {
  const fixtures: Fixture[] = [];
  let left = entrants;
  for (let round = 0; left.length > 1; round++) {
    const through: number[] = [];
    for (let n = 0; n + 1 < left.length; n += 2) {
      const home = left[n] as number;
      const away = left[n + 1] as number;
      const at = from + days(round + chance.next() * 0.9);
      fixtures.push(chance.is(0.5) ? { home, away, at } : { home: away, away: home, at });
      through.push(chance.is(0.5) ? home : away);
    }
    left = through;
  }
  return fixtures;
}
