import type { Chance } from '../chance.ts';

const FIRST = (
  'Ash Bram Cald Den Els Farn Gor Har Ips Kes Lang Mar Nor Oak Pen Quar Rad Sel Thorn Ulver Wal Yar Alder Birch ' +
  'Carn Dun Ever Fen Glen Holm Kirk Lin Mel Nether Os Pres Rush Stan Ten Up Ver Wes Bel Cran Dart'
).split(' ');
const LAST =
  'ford ton by ham wick field ley worth stead mere port dale burn cliffe bridge haven combe well grove minster'.split(
    ' ',
  );
const CONTINENTAL = (
  'Zarán Močov Łęborz Größheim Sükent Köprülü Niñata Vélez São Brás Kåfjord Bjørnsund Țepeni Gdovsk Šibnik Żurawin ' +
  'Ängby Fürstein Çaylar Doğanhisar Évreval Montréjeau Besançay Trnava Ruzomberk Hradnice Pilsen Ostrov Kielce Radomice'
)
  .split(' ')
  .filter((word) => word.length > 4);

/** So many names of places, none of which begins another. */
export function places(count: number, chance: Chance): string[] {
  const found: string[] = [];
  while (found.length < count) {
    const name = placeName(chance);
    if (!found.some((other) => other.startsWith(name) || name.startsWith(other))) found.push(name);
  }
  return found;
}

function placeName(chance: Chance): string {
  if (chance.is(0.2))
    return `${chance.pick(CONTINENTAL)}${chance.pick(['', 'ovo', 'ice', 'köy', 'berg', 'ínho', 'ów', 'ets', 'gård'])}`;
  const plain = `${chance.pick(FIRST)}${chance.pick(LAST)}`;
  return chance.is(0.1) ? `${chance.pick(['Saint', 'North', 'West', 'New', 'San'])} ${plain}` : plain;
}

const TYPES = ['United', 'City', 'Town', 'Rovers', 'Athletic', 'Wanderers', 'County', 'Albion', 'Rangers'];
const NICKNAMES = (
  'Badgers Comets Drovers Falcons Gales Harriers Ibex Jesters Kestrels Lancers Millers Nomads Otters Pilots Quails ' +
  'Raiders Sabres Tanners Umpires Vipers Weavers Yeomen Zephyrs Anglers Bargemen Coopers Dyers Engines Foxes Glaziers'
).split(' ');

/** Clubs in the fashion of several countries; one place in eight has two of them. */
export function clubNames(count: number, chance: Chance): string[] {
  const names: string[] = [];
  for (const place of places(count, chance)) {
    names.push(clubName(place, chance));
    if (chance.is(0.125)) {
      const types = chance.shuffled(TYPES);
      names.pop();
      names.push(`${place} ${types[0]}`, `${place} ${types[1]}`);
    }
    if (names.length >= count) break;
  }
  return names.slice(0, count);
}

function clubName(place: string, chance: Chance): string {
  const year = String(1 + chance.below(98)).padStart(2, '0');
  return chance.pick([
    `${place} ${chance.pick(TYPES)}`,
    `${place} ${chance.pick(TYPES)} FC`,
    `${place} FC`,
    `FC ${place}`,
    `SV ${place} ${year}`,
    `1. FC ${place}`,
    `Deportivo ${place}`,
    `Real ${place} CF`,
    `Sporting Clube de ${place}`,
    `Dynamo ${place}`,
    `Olympique de ${place}`,
    `AC ${place}`,
    `${place}spor`,
    `AS ${place} Calcio`,
  ]);
}

/** A league of franchises: a place, a nickname, a code of three letters; two places have two sides each. */
export function franchises(
  count: number,
  chance: Chance,
): { place: string; nickname: string; code: string }[] {
  const all = places(count - 2, chance);
  const homes = [...all, all[0] as string, all[1] as string];
  const nicknames = chance.shuffled(NICKNAMES);
  const codes = new Set<string>();
  return homes.map((place, at) => {
    const nickname = nicknames[at % nicknames.length] as string;
    const plain = letters(place);
    // A third of the codes follow from no name: `SLN`, `NYA`.
    let code = chance.is(0.3) ? `${plain.slice(0, 2)}${chance.pick(['N', 'A', 'X'])}` : plain.slice(0, 3);
    for (let next = 0; codes.has(code); next++)
      code = `${plain[0]}${nickname[0]?.toUpperCase()}${String.fromCharCode(65 + next)}`;
    codes.add(code);
    return { place, nickname, code };
  });
}

export const letters = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^A-Za-z]/g, '')
    .toUpperCase();
