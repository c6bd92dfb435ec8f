import { readFileSync } from 'node:fs';

/** Prices by bookmaker: [home, draw, away], or [home, away]. */
export type Books = Readonly<Record<string, readonly number[]>>;

/** A match with several bookmakers' prices and how it ended. */
export interface Game {
  readonly id: string;
  readonly result?: string;
  readonly pre?: Books;
  readonly close?: Books;
}

/** Which prices: those collected before the match, or the last ones. */
export type Moment = 'pre' | 'close';

/** The games of all files, in their order. Throws when a file is not a list of games. */
export function readGames(files: readonly string[]): Game[] {
  return files.flatMap((file) => {
    const games: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(games)) throw new Error(`${file} is not a list of games`);
    for (const game of games)
      if (typeof game?.id !== 'string') throw new Error(`${file} holds a game without an id`);
    return games as Game[];
  });
}

const usable = (prices: readonly number[]): boolean =>
  Array.isArray(prices) && (prices.length === 2 || prices.length === 3) && prices.every((price) => price > 1);

/** The books that price every outcome of the game: all of them with as many outcomes as most have. */
export function booksOf(game: Game, moment: Moment): Books {
  const books = Object.entries(game[moment] ?? {}).filter(([, prices]) => usable(prices));
  const threes = books.filter(([, { length }]) => length === 3).length;
  const size = 2 * threes >= books.length ? 3 : 2;
  return Object.fromEntries(books.filter(([, { length }]) => length === size));
}

/** Place of the outcome that came about among `size`; `undefined` when the game has no such result. */
export function outcomeOf({ result }: Game, size: number): number | undefined {
  const at = (size === 3 ? ['H', 'D', 'A'] : ['H', 'A']).indexOf(result ?? '');
  return at < 0 ? undefined : at;
}
