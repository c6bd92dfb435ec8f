-- Every committed view, by day, so that retention drops whole partitions. Partitions of the coming days are made by the
-- server; what falls outside of them lands in the default partition. The keys repeat `at` because a unique key of a
-- partitioned table must hold the partition key; a message has one `at`, so a repeated batch is still stored once.
-- Epochs sort as text, byte by byte.

create table live_scores (
  match_id text collate "C" not null,
  epoch text collate "C" not null,
  seq bigint not null,
  kind text not null,
  at timestamptz not null,
  status text not null,
  home_score numeric,
  away_score numeric,
  confidence numeric not null,
  view jsonb not null,
  primary key (match_id, epoch, seq, at)
) partition by range (at);

create table live_scores_default partition of live_scores default;

create table markets (
  match_id text collate "C" not null,
  epoch text collate "C" not null,
  seq bigint not null,
  kind text not null,
  at timestamptz not null,
  view jsonb not null,
  primary key (match_id, epoch, seq, at)
) partition by range (at);

create table markets_default partition of markets default;
