/**
 * Makes src/matching/aliases/clubs.ts from two public lists, both CC0: the clubs of openfootball and the teams of reep.
 * bun eval/matching-aliases.ts --clubs club_aliases.json --teams reep_teams.csv [--without eng,de] > clubs.ts
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { foldTeam, words } from '../src/matching/fold.ts';
import { splitQualifiers } from '../src/matching/qualifiers.ts';
import { strongTokens } from '../src/matching/team-name.ts';
import { COMMON_WORDS } from '../src/matching/vocabulary.ts';

/** One club and all its names; the first is the name proper. */
interface Club {
  readonly country: string;
  readonly names: string[];
}

const COUNTRIES: Readonly<Record<string, string>> = {
  eng: 'United Kingdom',
  wal: 'United Kingdom',
  de: 'Germany',
  es: 'Spain',
  mx: 'Mexico',
  us: 'United States',
};

interface ClubList {
  readonly commit: string;
  readonly countries: Readonly<Record<string, readonly { name: string; aliases: string[] }[]>>;
}

function readClubs(file: string, without: ReadonlySet<string>): { clubs: Club[]; commit: string } {
  const list: ClubList = JSON.parse(readFileSync(file, 'utf8'));
  const clubs = Object.entries(list.countries)
    .filter(([code]) => !without.has(code))
    .flatMap(([code, all]) =>
      all
        .filter(({ name }) => !name.startsWith('ii)'))
        .map(({ name, aliases }) => ({ country: COUNTRIES[code] ?? code, names: [name, ...aliases] })),
    );
  return { clubs, commit: list.commit };
}

/** Names and the spoken parts of the keys under which worldfootball and flashscore list them. */
function readTeams(file: string, without: ReadonlySet<string>): Club[] {
  const [head = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  const columns = head.split(',');
  const field = (cells: string[], name: string) => cells[columns.indexOf(name)] ?? '';
  const gone = new Set([...without].map((code) => COUNTRIES[code] ?? code));
  return rows
    .map(cellsOf)
    .filter((cells) => !/^Q\d+$/.test(field(cells, 'name')))
    .map((cells) => {
      const slugs = [
        field(cells, 'key_worldfootball'),
        field(cells, 'key_flashscore').split('/').slice(0, -1).join(''),
      ];
      const spoken = slugs
        .filter((slug) => /^[a-z-]{3,}$/.test(slug))
        .map((slug) => slug.replaceAll('-', ' '));
      return { country: field(cells, 'country'), names: [field(cells, 'name'), ...spoken] };
    })
    .filter(({ country }) => !gone.has(country));
}

/** The cells of a row of CSV; a quoted cell may hold commas. */
const cellsOf = (row: string): string[] =>
  [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
    cell.replace(/^"|"$/g, '').replaceAll('""', '"'),
  );

interface Reading {
  readonly phrase: string;
  readonly core: readonly string[];
}

/** A name as matching reads it; nothing for reserves, women and the like. */
function readName(name: string): Reading | undefined {
  const { rest, qualifiers } = splitQualifiers(words(foldTeam(name)), 'soccer');
  if (rest.length === 0 || qualifiers.length > 0) return undefined;
  return { phrase: rest.join(' '), core: strongTokens(rest) };
}

const keyOf = (core: readonly string[]): string => [...core].sort().join(' ');

/** Clubs of one country that both lists have are one club. */
function merge(clubs: readonly Club[]): Club[] {
  const merged = new Map<string, Club>();
  for (const club of clubs) {
    const keys = club.names
      .flatMap((name) => readName(name)?.core.join(' ') ?? [])
      .map((core) => `${club.country}|${core}`);
    const known = keys.map((key) => merged.get(key)).find((one) => one !== undefined);
    known?.names.push(...club.names);
    for (const key of keys) if (!merged.has(key)) merged.set(key, known ?? club);
  }
  return [...new Set(merged.values())];
}

/** Other names by which a club cannot be recognised from its own, each claimed by one club only. */
function aliasesOf(clubs: readonly Club[]): [alias: string, name: string][] {
  const claims = new Map<string, Set<string>>();
  const claim = (text: string, name: string) => claims.set(text, (claims.get(text) ?? new Set()).add(name));
  const wanted = new Map<string, string>();
  for (const { names } of clubs) {
    const own = readName(names[0] ?? '');
    if (!own) continue;
    const name = own.core.join(' ');
    for (const other of names) {
      const alias = readName(other);
      if (!alias) continue;
      const core = alias.core.join(' ');
      claim(core, keyOf(own.core));
      claim(alias.phrase, keyOf(own.core));
      if (isPlain(alias.core, own.core)) continue;
      if (isTelling(alias.core)) wanted.set(core, name);
      else if (alias.phrase !== core) wanted.set(alias.phrase, name);
    }
  }
  return [...wanted].filter(([alias]) => claims.get(alias)?.size === 1).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** True when the names are alike enough without a table: the same words, or some of them that tell. */
function isPlain(alias: readonly string[], own: readonly string[]): boolean {
  const [short, long] = alias.length <= own.length ? [alias, own] : [own, alias];
  return short.every((word) => long.includes(word)) && (short.length === long.length || isTelling(short));
}

const isTelling = (core: readonly string[]): boolean =>
  core.join('').length >= 3 && core.some((word) => word.length > 1 && !COMMON_WORDS.has(word));

const { values } = parseArgs({
  options: { clubs: { type: 'string' }, teams: { type: 'string' }, without: { type: 'string', default: '' } },
});
if (!values.clubs || !values.teams)
  throw new Error('usage: --clubs club_aliases.json --teams reep_teams.csv');
const without = new Set(values.without.split(',').filter(Boolean));
const { clubs, commit } = readClubs(values.clubs, without);
const rows = aliasesOf(merge([...clubs, ...readTeams(values.teams, without)]));
process.stdout.write(`// Made by eval/matching-aliases.ts; not for editing by hand.
// Sources, both CC0-1.0 (https://creativecommons.org/publicdomain/zero/1.0/):
//   openfootball/clubs, commit ${commit}
//   reep, teams with three keys or more

/** Other names of clubs, folded: \`alias|name\` a line, in the order of code units. */
export const CLUB_ALIASES = \`
${rows.map(([alias, name]) => `${alias}|${name}`).join('\n')}
\`;
`);
