-- What left the log: one row for each lot of a day's events that was archived and then removed. It is written when the
-- archive is complete and before anything is removed, so that a crash in between is finished, not begun again.
create table event_archives (
  day date not null,
  part integer not null,
  -- The types that left; or, when `all_but`, every type but these.
  event_types text[] not null,
  all_but boolean not null,
  -- The last number of each shard that left, as {"<shard>": number}: what came in later is not part of it.
  last_numbers json not null,
  events bigint not null,
  -- Null when no archive was configured.
  file text,
  archived_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (day, part)
);

create index event_archives_unfinished on event_archives (day, part) where removed_at is null;

-- Which replica does the upkeep, and until when it may be trusted to be doing it.
create table event_upkeep (
  one boolean primary key default true check (one),
  holder text not null,
  held_until timestamptz not null
);
