import { AliasTable, SortedAliases } from '../alias-table.ts';
import { CLUB_ALIASES } from './clubs.ts';
import { SOCCER_ALIASES } from './soccer.ts';
import { US_LEAGUE_ALIASES } from './us-leagues.ts';

/** A table of the aliases that come with the product. */
export const shippedAliases = (): AliasTable =>
  new AliasTable([...US_LEAGUE_ALIASES, ...SOCCER_ALIASES], { soccer: new SortedAliases(CLUB_ALIASES) });
