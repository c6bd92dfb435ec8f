-- Everything that was pushed, as it came, by day of receipt: retention drops whole days. What falls outside of the
-- partitions that the server makes ahead lands in the default one.

create table events (
  shard_id integer not null,
  sequence_number bigint not null,
  received_at timestamptz not null,
  item_id text collate "C" not null,
  source text collate "C" not null,
  event_type text collate "C" not null,
  external_id text collate "C" not null,
  body_hash text collate "C" not null,
  subject text collate "C" not null,
  match_id text collate "C",
  occurred_at timestamptz,
  -- Not jsonb: key order, number spelling and white space stay as the sender wrote them.
  data json not null,
  -- Readers go along a shard. `received_at` is there because a key of a partitioned table must hold the partition key;
  -- what makes a number unique is the counter in event_shards.
  primary key (shard_id, sequence_number, received_at)
) partition by range (received_at);

-- Searches go backwards in time, over all or by one of these; rows of one instant are sorted on the fly.
create index events_received_at on events (received_at);
create index events_event_type on events (event_type, received_at);
create index events_source on events (source, received_at);
create index events_match_id on events (match_id, received_at) where match_id is not null;

create table events_default partition of events default;

-- The identity of every event there ever was: a repeat is told the first one's receipt long after the event is gone.
create table event_keys (
  source text collate "C" not null,
  external_id text collate "C" not null,
  body_hash text collate "C" not null,
  item_id text collate "C" not null,
  shard_id integer not null,
  sequence_number bigint not null,
  received_at timestamptz not null,
  primary key (source, external_id)
);

-- The last number given in each shard. Whoever appends holds the rows of his shards until he has committed, so numbers
-- are committed in order and without holes. Room is left in the page, for a row is changed with every commit.
create table event_shards (
  shard_id integer primary key,
  last_number bigint not null
) with (fillfactor = 10);

create table event_cursors (
  consumer text collate "C" not null,
  shard_id integer not null,
  sequence_number bigint not null,
  primary key (consumer, shard_id)
) with (fillfactor = 10);

-- A letter holds its event, for it may be opened after the event's retention.
create table dead_letters (
  id bigint generated always as identity primary key,
  consumer text collate "C" not null,
  shard_id integer not null,
  sequence_number bigint not null,
  event json not null,
  code text not null,
  reason text not null,
  attempts integer not null,
  failed_at timestamptz not null,
  unique (consumer, shard_id, sequence_number)
);

-- Appends a flight of events whose keys differ from each other. Texts are lists with U+001E between their members, which
-- no member may hold (JSON text cannot); it is the cheapest list to make and to take apart. `ranks` number the flight's
-- events within their shards, from 1. Answers the last number of each shard, from shard 0 on, as it was before, and
-- what was there already, by its place in the flight, from 1: that is not stored again, and what follows it moves up.
--
-- Order matters: shards first, in order; then keys, in order. So no two flights can wait for each other. Each statement
-- sees what was committed before it began, so those after the first see all of those shards. A key that another shard's
-- flight takes at the same moment fails as a unique violation, and the flight is to be sent again.
create function append_events(
  origin text, lanes integer[], shard_ids integer[], ranks integer[], received_ats bigint[], occurred_ats bigint[],
  item_id_list text, source_list text, external_id_list text, body_hash_list text, event_type_list text,
  subject_list text, match_id_list text, data_list text,
  out last_numbers text, out known text
)
language plpgsql
set lock_timeout = '4s'
set work_mem = '32MB'
as $$
declare
  item_ids text[] := string_to_array(item_id_list, e'\x1e');
  sources text[] := string_to_array(source_list, e'\x1e');
  external_ids text[] := string_to_array(external_id_list, e'\x1e');
  body_hashes text[] := string_to_array(body_hash_list, e'\x1e');
  bases bigint[];
begin
  -- A 2xx means fsynced, whatever this database is set to for others.
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  perform from event_shards s where s.shard_id = any(lanes) order by s.shard_id for update;
  select array_agg(s.last_number order by s.shard_id) into bases from event_shards s;

  select json_agg(json_build_object('place', g.place, 'bodyHash', k.body_hash, 'itemId', k.item_id,
    'shardId', k.shard_id, 'sequenceNumber', k.sequence_number,
    'receivedAt', (extract(epoch from k.received_at) * 1000)::bigint))
  into known
  from unnest(sources, external_ids) with ordinality as g (source, external_id, place)
  join event_keys k on k.source = g.source and k.external_id = g.external_id;

  if known is not null then
    select array_agg(numbered.rank order by numbered.place) into ranks from (
      select g.place, case when k.source is null then
        row_number() over (partition by g.shard_id, k.source is null order by g.place) end as rank
      from unnest(sources, external_ids, shard_ids) with ordinality as g (source, external_id, shard_id, place)
      left join event_keys k on k.source = g.source and k.external_id = g.external_id
    ) numbered;
  end if;

  insert into event_keys (source, external_id, body_hash, item_id, shard_id, sequence_number, received_at)
  select g.source, g.external_id, g.body_hash, g.item_id, g.shard_id, bases[g.shard_id + 1] + g.rank,
    timestamptz 'epoch' + g.received_at * interval '1 ms'
  from unnest(sources, external_ids, body_hashes, item_ids, shard_ids, ranks, received_ats)
    as g (source, external_id, body_hash, item_id, shard_id, rank, received_at)
  where g.rank is not null
  order by g.source collate "C", g.external_id collate "C";

  insert into events (shard_id, sequence_number, received_at, item_id, source, event_type, external_id, body_hash,
    subject, match_id, occurred_at, data)
  select g.shard_id, bases[g.shard_id + 1] + g.rank, timestamptz 'epoch' + g.received_at * interval '1 ms',
    g.item_id, g.source, g.event_type, g.external_id, g.body_hash, g.subject, nullif(g.match_id, ''),
    timestamptz 'epoch' + g.occurred_at * interval '1 ms', g.data::json
  from unnest(shard_ids, ranks, received_ats, occurred_ats, item_ids, sources, external_ids, body_hashes,
      string_to_array(event_type_list, e'\x1e'), string_to_array(subject_list, e'\x1e'),
      string_to_array(match_id_list, e'\x1e'), string_to_array(data_list, e'\x1e'))
    as g (shard_id, rank, received_at, occurred_at, item_id, source, external_id, body_hash, event_type, subject,
      match_id, data)
  where g.rank is not null;

  update event_shards s set last_number = s.last_number + added.count
  from (
    select g.shard_id, count(*) from unnest(shard_ids, ranks) as g (shard_id, rank)
    where g.rank is not null group by g.shard_id
  ) added
  where s.shard_id = added.shard_id;
  if found then
    perform pg_notify('touchline_events', origin);
  end if;

  last_numbers := array_to_string(bases, ',');
end $$;
