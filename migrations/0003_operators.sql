-- What operators decided, and who decided what.

create table polling_overrides (
  task_id text,
  sport text,
  league text,
  match_id text,
  kind text,
  interval_ms bigint not null check (interval_ms > 0),
  actor text not null,
  at timestamptz not null,
  unique nulls not distinct (task_id, sport, league, match_id, kind)
);

create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null
);
