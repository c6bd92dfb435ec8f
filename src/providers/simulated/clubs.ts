import type { LeagueId } from '../../domain/ids.ts';
import type { Competitor } from '../../domain/match.ts';
import { mix, salt } from './random.ts';

/** How a provider writes names: in full, shortened, or with what its own editors add. */
export type Spelling = 'full' | 'short' | 'official';

/** A side of the simulated league. None of them exists. */
export interface Club {
  /** In the league, from 0. */
  readonly number: number;
  readonly names: Readonly<Record<Spelling, string>>;
  readonly abbreviation: string;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

interface NameParts {
  readonly stems: readonly string[];
  readonly endings: readonly string[];
  readonly forms: readonly string[];
  readonly write: (place: string, form: string) => Readonly<Record<Spelling, string>>;
}

const PLACES = {
  stems:
    words(`North East Wood Stone Clay Fair Grey Heron Lark Mill Oak Raven Silver Thorn Vale West Wind Alder Bram
    Cold Dun Elder Fern Glen Hazel Iron Kings Long Marl Nether Orch Penn Quarry Red Salt Tarn Under Wren Yarrow Barn`),
  endings:
    words(`bridge mere wick haven stead combe minster port gate field brook holm cliffe worth bourne hurst moor
    ness dale crest marsh pool strand ford`),
};

const ENGLISH: NameParts = {
  ...PLACES,
  forms: words('United City Athletic Rovers Town Albion Wanderers County'),
  write: (place, form) => ({
    full: `${place} ${form}`,
    short: `${place} ${{ United: 'Utd', Athletic: 'Ath' }[form] ?? form}`,
    official: `${place} ${form} FC`,
  }),
};

const SPANISH: NameParts = {
  stems:
    words(`Monte Val Villa Puerto Torre Fuente Alta Campo Peña Roca Mira Casa Llano Prado Sierra Santa Riba Costa
    Loma Cañada Isla Ojo Puente Río`),
  endings:
    words(`claro dorra verde mora sola luna rica blanca nueva serra gorda lara vega nera cala mar tierra lobos
    hermosa quinta real fría baja rosa`),
  forms: words('Real Deportivo Atlético Unión Racing Sporting'),
  write: (place, form) => ({
    full: `${form} ${place}`,
    short: unaccented(`${form} ${place}`),
    official: `${form} ${place} CF`,
  }),
};

const AMERICAN: NameParts = {
  ...PLACES,
  forms:
    words(`Harriers Kestrels Miners Pilots Foxes Anvils Lanterns Otters Sentinels Voyagers Ironwoods Drifters
    Herons Badgers Millers Beacons`),
  write: (place, form) => ({
    full: `${place} ${form}`,
    short: place,
    official: `${place} ${form}`,
  }),
};

const PLAYERS: NameParts = {
  stems:
    words(`Var Hol Mar Ben Cas Dor Eld Fal Gar Hal Iva Jan Kor Lin Mor Nov Ost Pet Ros Sal Tor Ulv Vas Wal Yar
    Zel Bor Cor Del Fer`),
  endings: words('nhall berg ente ovic sen etti aux inga mund wright strand escu'),
  forms:
    words(`Aldo Bruno Carlos Dario Emil Felix Goran Hugo Ivo Jonas Karel Luca Marco Nils Otto Pablo Rafa Sven
    Tomas Viktor`),
  write: (surname, first) => ({
    full: `${first} ${surname}`,
    short: `${first.slice(0, 1)}. ${surname}`,
    official: `${first} ${surname}`,
  }),
};

const PARTS: Readonly<Record<LeagueId, NameParts>> = {
  epl: ENGLISH,
  laliga: SPANISH,
  bundesliga: ENGLISH,
  'serie-a': SPANISH,
  'ligue-1': ENGLISH,
  mls: ENGLISH,
  euroleague: SPANISH,
  atp: PLAYERS,
  wta: PLAYERS,
};

/**
 * The club of that number. Places repeat in a league only when all of them are used up, so that names that are near
 * each other belong to one club.
 */
export function club(league: LeagueId, number: number, seed: number): Club {
  const { stems, endings, forms, write } = PARTS[league] ?? AMERICAN;
  const places = stems.length * endings.length;
  // A stride without a common factor visits every place once before the first repeats.
  const place = ((number % places) * 397 + mix(seed, salt(league))) % places;
  const stem = stems[place % stems.length] ?? '';
  const ending = endings[Math.floor(place / stems.length)] ?? '';
  // One after the other: clubs of one ground have different ones, as long as there are enough.
  const turn = number + Math.floor(number / places) + mix(seed, salt(league), 2);
  const form = forms[turn % forms.length] ?? '';
  const initials = PARTS[league] === SPANISH ? [form, stem, ending] : [stem, ending, form];
  const abbreviation = initials.map((word) => word.slice(0, 1)).join('');
  return {
    number,
    names: write(stem + ending, form),
    abbreviation: unaccented(abbreviation).toUpperCase(),
  };
}

/** The club as a provider of that spelling writes it; only some print abbreviations. */
export const spelled = (side: Club, spelling: Spelling): Competitor =>
  spelling === 'full'
    ? { name: side.names.full, abbreviation: side.abbreviation }
    : { name: side.names[spelling] };

const unaccented = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '');
