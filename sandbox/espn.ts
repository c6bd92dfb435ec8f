import type { LeagueId } from '../src/domain/ids.ts';
import { type Answer, html, json, recordedJson, tagged } from './answer.ts';
import { type EspnPlace, writeScoreboard } from './espn-scoreboard.ts';
import type { Recordings } from './recordings.ts';
import { type Asked, type Refusal, retryHeader, type Upstream } from './upstream.ts';
import type { World } from './world.ts';

/** The leagues of the sandbox by ESPN's path, with the `uid` that ESPN's events begin with. */
const PLACES: Readonly<Record<string, EspnPlace & { readonly league: LeagueId }>> = {
  'football/nfl': { league: 'nfl', uid: 's:20~l:28', name: 'National Football League' },
  'football/college-football': { league: 'ncaaf', uid: 's:20~l:23', name: 'NCAA - Football' },
  'basketball/nba': { league: 'nba', uid: 's:40~l:46', name: 'National Basketball Association' },
  'basketball/wnba': { league: 'wnba', uid: 's:40~l:59', name: "Women's National Basketball Association" },
  'basketball/mens-college-basketball': { league: 'ncaab', uid: 's:40~l:41', name: "NCAA Men's Basketball" },
  'baseball/mlb': { league: 'mlb', uid: 's:1~l:10', name: 'Major League Baseball' },
  'hockey/nhl': { league: 'nhl', uid: 's:70~l:90', name: 'National Hockey League' },
  'soccer/eng.1': { league: 'epl', uid: 's:600~l:700', name: 'English Premier League' },
  'soccer/esp.1': { league: 'laliga', uid: 's:600~l:740', name: 'Spanish LALIGA' },
  'soccer/ger.1': { league: 'bundesliga', uid: 's:600~l:720', name: 'German Bundesliga' },
  'soccer/ita.1': { league: 'serie-a', uid: 's:600~l:730', name: 'Italian Serie A' },
  'soccer/fra.1': { league: 'ligue-1', uid: 's:600~l:710', name: 'French Ligue 1' },
  'soccer/usa.1': { league: 'mls', uid: 's:600~l:770', name: 'MLS' },
  'soccer/uefa.champions': { league: 'ucl', uid: 's:600~l:775', name: 'UEFA Champions League' },
};

const SCOREBOARD = /^\/apis\/site\/v2\/sports\/([a-z-]+\/[a-z0-9.-]+)\/scoreboard\/?$/;

/** ESPN's site API: no key, no quota, entity tags, and a CDN that answers in HTML when it has had enough. */
export class Espn implements Upstream {
  readonly id = 'espn';
  readonly #world: World;
  readonly #recordings: Recordings | undefined;

  constructor(world: World, recordings: Recordings | undefined) {
    this.#world = world;
    this.#recordings = recordings;
  }

  answer({ path, query, headers }: Asked): Answer {
    const asked = SCOREBOARD.exec(path)?.[1];
    if (asked === undefined) return notFound();
    const place = PLACES[asked];
    const recorded = this.#recordings?.scoreboard(asked, query.get('dates') ?? undefined);
    if (recorded !== undefined) return fresh(recordedJson(recorded), headers['if-none-match']);
    if (place === undefined) return notFound();
    const day = new Date(this.#world.now()).toISOString().slice(0, 10);
    const seen = this.#recordings ? [] : this.#world.sightings('espn', place.league);
    return fresh(json(writeScoreboard(seen, place, day)), headers['if-none-match']);
  }

  refuse(refusal: Refusal, _asked: Asked, retryAfter: string | undefined): Answer {
    if (refusal === 'empty') return json({ leagues: [], events: [] });
    if (refusal === '500') return html('500 Internal Server Error', 500);
    if (refusal === '429') return html('429 Too Many Requests', 429, retryHeader(retryAfter));
    return html('403 ERROR: The request could not be satisfied.', 403);
  }
}

const fresh = (answer: Answer, ifNoneMatch: string | undefined): Answer =>
  tagged({ ...answer, headers: { ...answer.headers, 'cache-control': 'max-age=1' } }, ifNoneMatch);

const notFound = (): Answer => json({ code: 404, message: 'no route or league of that name' }, 404);
