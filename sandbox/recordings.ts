import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UpstreamId } from './upstream.ts';

/** A recorded body and the request that gets it. */
export interface Recording {
  readonly upstream: UpstreamId;
  readonly file: string;
  /** What of the provider it answers: `basketball/nba`, `odds basketball_nba`, `fixtures?live`. */
  readonly answers: string;
}

interface Loaded extends Recording {
  readonly text: string;
  readonly body: unknown;
}

/** `scoreboard_nba_2022-11-23.json`: the word after the first `_` names the league. */
const SCOREBOARDS: Readonly<Record<string, string>> = {
  nfl: 'football/nfl',
  ncaaf: 'football/college-football',
  nba: 'basketball/nba',
  wnba: 'basketball/wnba',
  ncaab: 'basketball/mens-college-basketball',
  mlb: 'baseball/mlb',
  nhl: 'hockey/nhl',
  epl: 'soccer/eng.1',
  laliga: 'soccer/esp.1',
  mls: 'soccer/usa.1',
  mixed: 'soccer/all',
};

/**
 * Bodies that providers really sent, from `DIR/<provider>/*.json`. Names say what a file is; which sport, fixture or day
 * it is about is read in it. They are read once, when the sandbox starts.
 */
export class Recordings {
  /** Every file that answers something. */
  readonly index: readonly Recording[];
  /** Files that answer no request of the sandbox's routes. */
  readonly unused: readonly string[];
  readonly #loaded: readonly Loaded[];

  constructor(directory: string) {
    if (!existsSync(directory)) throw new Error(`There is no folder ${directory}`);
    const files = (['espn', 'the-odds-api', 'api-football'] as const).flatMap((upstream) =>
      jsonFiles(join(directory, upstream)).map((file) => ({
        upstream,
        file,
        path: join(directory, upstream, file),
      })),
    );
    const loaded: Loaded[] = [];
    const unused: string[] = [];
    for (const { upstream, file, path } of files) {
      const text = readFileSync(path, 'utf8');
      const body: unknown = parsed(text);
      const answers = body === undefined ? undefined : answered(upstream, file, body);
      if (answers === undefined) unused.push(`${upstream}/${file}`);
      else loaded.push({ upstream, file, answers, text, body });
    }
    this.#loaded = loaded;
    this.index = loaded;
    this.unused = unused;
  }

  /** The newest scoreboard of a league; with `dates` one of that day, as its file name or its body names it. */
  scoreboard(path: string, dates: string | undefined): string | undefined {
    const found = this.#of('espn', path).filter(({ file, body }) => {
      const day = (body as { day?: { date?: string } }).day?.date ?? '';
      const [from = '', to = from] = (dates ?? '').split('-');
      const days = [file, day].flatMap((text) => text.match(/\d{4}-\d\d-\d\d/g) ?? []);
      return (
        dates === undefined ||
        days.map((one) => one.replace(/-/g, '')).some((one) => one >= from && one <= to)
      );
    });
    return found.at(-1)?.text;
  }

  oddsApi(route: string, sport: string): string | undefined {
    return this.#of('the-odds-api', `${route} ${sport}`)[0]?.text;
  }

  /** The elements that fit a request, from all bodies of that endpoint; none of them twice. */
  football(endpoint: string, query: URLSearchParams): readonly unknown[] {
    if (endpoint === 'fixtures' && query.has('live')) {
      const live = this.#of('api-football', 'fixtures?live')[0];
      return elements(live?.body).filter((one) => fits(one, leagueOnly(query)));
    }
    const all = this.#of('api-football', endpoint).flatMap(({ body }) => elements(body));
    const found = new Map<unknown, unknown>();
    for (const one of all) {
      const id = (one as Element).fixture?.id;
      if (fits(one, query) && !found.has(id)) found.set(id, one);
    }
    return [...found.values()];
  }

  #of(upstream: UpstreamId, answers: string): readonly Loaded[] {
    return this.#loaded.filter((one) => one.upstream === upstream && one.answers === answers);
  }
}

const jsonFiles = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter((file) => file.endsWith('.json'))
        .sort()
    : [];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function answered(upstream: UpstreamId, file: string, body: unknown): string | undefined {
  if (upstream === 'espn') return SCOREBOARDS[/^scoreboard_([a-z]+)/.exec(file)?.[1] ?? ''];
  if (upstream === 'the-odds-api') {
    const route = /^(odds|scores|events)_/.exec(file)?.[1];
    const sport = Array.isArray(body)
      ? (body[0] as { sport_key?: unknown } | undefined)?.sport_key
      : undefined;
    return route !== undefined && typeof sport === 'string' ? `${route} ${sport}` : undefined;
  }
  const [first] = Array.isArray(body) ? body : [body];
  const { get, parameters } = (first ?? {}) as { get?: unknown; parameters?: Record<string, unknown> };
  if (typeof get !== 'string' || !['fixtures', 'odds', 'odds/live'].includes(get)) return undefined;
  return get === 'fixtures' && parameters && 'live' in parameters ? 'fixtures?live' : get;
}

/** Of an envelope, or of a file that holds a list of envelopes. */
const elements = (body: unknown): readonly unknown[] =>
  (Array.isArray(body) ? body : [body]).flatMap((one) => {
    const response: unknown = (one as { response?: unknown } | undefined)?.response;
    return Array.isArray(response) ? response : [];
  });

interface Element {
  readonly fixture?: { readonly id?: unknown; readonly date?: unknown };
  readonly league?: { readonly id?: unknown; readonly season?: unknown };
}

/** The filters of a request that the sandbox knows; others change nothing. */
function fits(element: unknown, query: URLSearchParams): boolean {
  const { fixture, league } = element as Element;
  const tells = (name: string, value: unknown, list = false) => {
    const asked = query.get(name);
    return asked === null || (list ? asked.split('-') : [asked]).includes(String(value));
  };
  const day = String(fixture?.date ?? '').slice(0, 10);
  return (
    tells('id', fixture?.id) &&
    tells('fixture', fixture?.id) &&
    tells('league', league?.id, true) &&
    tells('season', league?.season) &&
    tells('date', day) &&
    (query.get('from') ?? '') <= day &&
    day <= (query.get('to') ?? '~')
  );
}

/** `live=39-61` means those leagues, `live=all` all of them. */
function leagueOnly(query: URLSearchParams): URLSearchParams {
  const live = query.get('live');
  return new URLSearchParams(live === null || live === 'all' ? {} : { league: live });
}
