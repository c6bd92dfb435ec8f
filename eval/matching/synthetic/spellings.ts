import type { Chance } from '../chance.ts';

/** Another feed's way of writing a club's name: nothing, or one or two of what feeds do to names. */
export function respell(name: string, chance: Chance): string {
  const times = chance.pick([0, 1, 1, 1, 2]);
  let spelt = name;
  for (let n = 0; n < times; n++) spelt = chance.pick(WAYS)(spelt, chance);
  return spelt.trim().length > 2 ? spelt : name;
}

type Way = (name: string, chance: Chance) => string;

const SHORT: Readonly<Record<string, string>> = {
  United: 'Utd',
  Athletic: 'Ath',
  Wanderers: 'Wand',
  Rovers: 'Rov',
  Deportivo: 'Dep.',
  Sporting: 'Sp',
  Saint: 'St',
};
const LEGAL = /^(FC|SV|AC|AS|1\. FC)\s|\s(FC|CF|Calcio)$|\s\d\d$/;
const TYPE = /\s(United|City|Town|Rovers|Athletic|Wanderers|County|Albion|Rangers)$/;

const withoutLegal: Way = (name) => name.replace(LEGAL, '');
const withoutType: Way = (name) => withoutLegal(name, NO_CHANCE).replace(TYPE, '');
const shortened: Way = (name) => name.replace(/\p{L}+/gu, (word) => SHORT[word] ?? word);
const withoutAccents: Way = (name) => name.normalize('NFKD').replace(/\p{M}/gu, '');
const germanised: Way = (name) =>
  name.replace(/ü/g, 'ue').replace(/ö/g, 'oe').replace(/ä/g, 'ae').replace(/ß/g, 'ss');
const upper: Way = (name) => name.toUpperCase();
const legal: Way = (name, chance) =>
  LEGAL.test(name) ? name : `${name} ${chance.pick(['FC', 'F.C.', 'SC', 'CF'])}`;
const sponsored: Way = (name, chance) => `${chance.pick(['Acme', 'Zenpower', 'Novabank'])} ${name}`;
const cut: Way = (name) => name.replace(/\p{L}{8,}/u, (word) => `${word.slice(0, 5)}.`);
const slipped: Way = (name, chance) => {
  const long = [...name.matchAll(/\p{L}{6,}/gu)];
  if (long.length === 0) return name;
  const { index, 0: word } = chance.pick(long);
  const at = index + 2 + chance.below(word.length - 3);
  return `${name.slice(0, at)}${name[at + 1]}${name[at]}${name.slice(at + 2)}`;
};

const NO_CHANCE = undefined as unknown as Chance;

const WAYS: readonly Way[] = [
  withoutLegal,
  withoutLegal,
  withoutType,
  withoutType,
  shortened,
  withoutAccents,
  withoutAccents,
  germanised,
  upper,
  legal,
  sponsored,
  cut,
  slipped,
];

/** A name that has nothing in common with the other: an old name, a nickname, another language. */
export const exonym = (place: string, chance: Chance): string =>
  `${chance.pick(['Blue', 'Red', 'Iron', 'Great', 'Young'])} ${chance.pick(['Stars', 'Dragons', 'Miners', 'Boys', 'Mariners'])} ${place.slice(-1).toUpperCase()}${place.length}`;
