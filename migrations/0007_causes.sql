-- The pushed event that made a change, as `<shard>:<number>`; null where a poll or the passing of time made it.
alter table live_scores add column event text collate "C";
alter table markets add column event text collate "C";
