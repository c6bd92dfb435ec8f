-- What a fact told in a match's score stream carried (a goal, a card); null where the view itself is what was told.
alter table live_scores add column data jsonb;
