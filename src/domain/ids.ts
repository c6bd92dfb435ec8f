declare const brand: unique symbol;

/** A primitive that the compiler keeps apart from others of the same representation. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Our id of a match: stable, opaque, safe in URLs (`[A-Za-z0-9_-]`, at most 64 characters). */
export type MatchId = Brand<string, 'MatchId'>;
/** Id of a provider (`espn`, `the-odds-api`) or of another source of observations. */
export type ProviderId = Brand<string, 'ProviderId'>;
/** A provider's own id of a match; it means nothing without the provider. */
export type ExternalId = string;
/** A short stable league id (`epl`, `nfl`), see `leagues.ts`. */
export type LeagueId = string;
/** A lower-case bookmaker key (`draftkings`, `bet365`). */
export type BookmakerId = string;

/** One provider's name for one of our matches. Written `provider:externalId` at the edge. */
export interface MatchLink {
  readonly provider: ProviderId;
  readonly externalId: ExternalId;
}

export const providerId = (id: string): ProviderId => id as ProviderId;
export const matchId = (id: string): MatchId => id as MatchId;

const MATCH_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** True when the text may be one of our match ids; says nothing about whether such a match exists. */
export const isMatchId = (text: string): text is MatchId => MATCH_ID.test(text);

/** The text key of a link, for maps and for the `provider:externalId` form of a URL. */
export const linkKey = (link: MatchLink): string => `${link.provider}:${link.externalId}`;
