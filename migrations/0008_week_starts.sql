-- A draw of tennis may name no more than its week.
alter table matches drop constraint matches_start_precision_check;
alter table matches add constraint matches_start_precision_check
  check (start_precision in ('minute', 'day', 'week'));
