-- What a match is, and every provider's name for it.

create table matches (
  id text collate "C" primary key,
  sport text not null,
  league text not null,
  league_name text not null,
  home jsonb not null,
  away jsonb not null,
  starts_at timestamptz not null,
  start_precision text not null check (start_precision in ('minute', 'day')),
  created_at timestamptz not null
);

create index matches_starts_at on matches (starts_at);

-- A provider's id names one match: the first one it was linked to.
create table match_links (
  id bigint generated always as identity,
  provider text collate "C" not null,
  external_id text collate "C" not null,
  match_id text collate "C" not null references matches (id) on delete cascade,
  primary key (provider, external_id)
);

create index match_links_match_id on match_links (match_id);
