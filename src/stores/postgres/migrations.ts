import matches from '../../../migrations/0001_matches.sql' with { type: 'text' };
import history from '../../../migrations/0002_history.sql' with { type: 'text' };
import operators from '../../../migrations/0003_operators.sql' with { type: 'text' };
import events from '../../../migrations/0004_events.sql' with { type: 'text' };
import eventRetention from '../../../migrations/0005_event_retention.sql' with { type: 'text' };
import matchFacts from '../../../migrations/0006_match_facts.sql' with { type: 'text' };
import causes from '../../../migrations/0007_causes.sql' with { type: 'text' };
import weekStarts from '../../../migrations/0008_week_starts.sql' with { type: 'text' };
import type { Migration } from './migrate.ts';

/** All migrations, oldest first. A file that has been released is never changed: add the next one. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001_matches', text: matches },
  { name: '0002_history', text: history },
  { name: '0003_operators', text: operators },
  { name: '0004_events', text: events },
  { name: '0005_event_retention', text: eventRetention },
  { name: '0006_match_facts', text: matchFacts },
  { name: '0007_causes', text: causes },
  { name: '0008_week_starts', text: weekStarts },
];
