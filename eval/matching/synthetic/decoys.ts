import { providerId } from '../../../src/domain/ids.ts';
import type { MatchReference } from '../../../src/domain/match.ts';
import type { Chance } from '../chance.ts';
import type { PoolEvent } from '../pool.ts';

/** Written after a name, or before it where there is a `~`. The last ones are of nobody's list. */
const KNOWN =
  'U19,U21,U23,Under 20,Sub-20,Women,(W),Ladies,Femenino,Frauen,Féminines,II,B,2,Reserves,(Res.),Youth,Jong ~,Esports,2K,Academy,Legends,III,U-17,W,Primavera';
const UNKNOWN = 'Zorbs,(EDS),A,Wheelchair,Select XI,Futsal,Cadets,Beach,Pro Am,Gamma';

/** Matches of women, youth and the like at the time of a match of the first side, which are other matches. */
export function decoysOf(events: readonly PoolEvent[], count: number, chance: Chance): PoolEvent[] {
  const marks = `${KNOWN},${KNOWN},${UNKNOWN}`.split(',');
  return chance
    .shuffled(events.filter(({ reference }) => reference.sport !== 'tennis'))
    .slice(0, count)
    .map(({ id, reference }) => {
      const mark = chance.pick(marks);
      return {
        id: `decoy:${id}`,
        source: providerId('decoy'),
        isDecoy: true,
        reference: { ...marked(reference, mark), externalId: `decoy:${id}` },
      };
    });
}

function marked(reference: MatchReference, mark: string): MatchReference {
  const { competitors } = reference;
  if (!competitors) return reference;
  const name = (plain: string): string =>
    mark.includes('~') ? mark.replace('~', plain) : `${plain} ${mark}`;
  return {
    ...reference,
    competitors: { home: { name: name(competitors.home.name) }, away: { name: name(competitors.away.name) } },
  };
}
